from . import call_webhook
from . import effort
