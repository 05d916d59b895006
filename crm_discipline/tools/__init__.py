from . import automation
from . import person_name
from . import rule_domain
