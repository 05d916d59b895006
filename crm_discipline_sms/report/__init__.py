from . import crm_audience_report
