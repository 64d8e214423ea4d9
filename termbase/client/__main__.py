"""`python -m termbase.client` is the command `termbase`."""

import sys

from termbase.client.command_line import main

sys.exit(main())
