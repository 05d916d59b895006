from . import (
    crm_audience,
    crm_audience_list,
    crm_audience_member,
    crm_discipline_check,
    mailing_list,
    mailing_mailing,
    mailing_subscription,
    mailing_trace,
)
