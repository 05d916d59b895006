from . import test_calendar_sync
