from . import test_text_mailing, test_text_mailing_rights, test_translation
