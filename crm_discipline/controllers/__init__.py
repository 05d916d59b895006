from . import call_webhook
