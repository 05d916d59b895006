from . import calendar_event_demo
from . import crm_call_demo
from . import res_partner_demo
from . import crm_handover_demo
from . import crm_plan_demo
from . import crm_data_request_demo
from . import crm_effort_demo
from . import crm_discipline_finding_demo
