from . import crm_audience, mailing_trace, sms_tracker
