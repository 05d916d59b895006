from . import test_text_mailing, test_translation
