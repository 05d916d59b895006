from . import (
    test_audience_list,
    test_audience_mailing,
    test_audience_mailing_rights,
    test_translation,
)
