from . import (
    crm_audience,
    crm_audience_list,
    crm_audience_member,
    mailing_list,
    mailing_mailing,
    mailing_subscription,
    mailing_trace,
)
