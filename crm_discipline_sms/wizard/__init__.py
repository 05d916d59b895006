from . import crm_audience_send, sms_composer
