from . import automation
from . import domain_filter
from . import person_name
from . import rule_domain
