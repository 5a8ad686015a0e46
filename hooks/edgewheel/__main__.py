"""`python -m edgewheel`."""

from __future__ import annotations

import sys

from edgewheel.cli import main

if __name__ == "__main__":
    sys.exit(main())
