from . import crm_meeting_held
