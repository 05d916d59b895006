from . import (
    crm_audience,
    crm_audience_member,
    res_partner,
    sms_tracker,
)
