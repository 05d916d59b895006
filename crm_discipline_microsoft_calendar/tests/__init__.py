from . import test_calendar_sync
from . import test_handover
