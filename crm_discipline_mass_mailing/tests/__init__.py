from . import test_audience_list, test_audience_mailing, test_translation
