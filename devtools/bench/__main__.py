"""`python -m devtools.bench`: what `./dev bench` runs."""

import sys

from devtools.bench import main

sys.exit(main(sys.argv[1:]))
