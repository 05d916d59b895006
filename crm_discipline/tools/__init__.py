from . import automation
from . import call_message
from . import domain_filter
from . import person_name
from . import phone_number
from . import plan_period
from . import rule_domain
from . import warm_cursor
