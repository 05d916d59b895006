from . import (
    crm_audience,
    crm_audience_member,
    crm_discipline_check,
    res_partner,
    sms_tracker,
)
