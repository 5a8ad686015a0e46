"""`edgewheel` and `python -m edgewheel`: a process of its own, which begins and ends as cheaply as it can.

A hook runs with every commit, and most of its time is Python's own: loading modules, and taking them apart at the end.
"""

from __future__ import annotations

import argparse
import gc
import os

gc.set_threshold(100_000)  # collecting as often as a server does costs a tenth of the time
# argparse asks gettext for each of its words. Nobody translates them, and finding that out takes a millisecond.
vars(argparse)["_"] = str


def run() -> None:
    """Runs the command line and ends the process, without freeing one by one what the system takes back at once."""
    from edgewheel.cli import main

    os._exit(main())  # what was said is written out by then


if __name__ == "__main__":
    run()
