from . import (
    test_audience_text,
    test_audience_text_http,
    test_audience_text_rights,
    test_translation,
    test_uninstall,
)
