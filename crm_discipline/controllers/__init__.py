from . import call_webhook
from . import effort
from . import audience_file
from . import opt_out
