from . import base_partner_merge
from . import crm_call_note
from . import crm_call_source_setup
from . import crm_meeting_held
from . import crm_plan_share
from . import crm_data_request_reject
from . import crm_audience_send
from . import mail_compose_message
