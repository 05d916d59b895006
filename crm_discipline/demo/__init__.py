from . import calendar_event_demo
