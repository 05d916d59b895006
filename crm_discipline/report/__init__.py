from . import crm_discipline_report_mixin
from . import crm_discipline_report_groups
from . import crm_discipline_activity_report
from . import crm_discipline_quality_report
from . import crm_plan_report
from . import crm_effort_report
from . import crm_audience_report
