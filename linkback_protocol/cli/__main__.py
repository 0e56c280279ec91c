"""Makes ``python -m linkback_protocol.cli`` the command ``linkback``."""

import sys

from linkback_protocol.cli import main

sys.exit(main())
