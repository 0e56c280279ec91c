"""Lets ``python -m linkback_conformance`` be the command."""

import sys

from linkback_conformance.cli import main

if __name__ == "__main__":
    sys.exit(main())
