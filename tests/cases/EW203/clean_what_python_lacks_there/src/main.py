import sys
import fcntl
import termios
import multiprocessing
import xml.etree.ElementTree
from concurrent import futures
from typing import TYPE_CHECKING

from audioop import add
from workers import WorkerEntrypoint

from dbm import own

try:
    import tkinter
except ImportError:
    tkinter = None

if TYPE_CHECKING:
    import curses

if sys.platform != "emscripten":
    import pwd

if sys.platform == "win32":
    import winreg

READLINE = None
if len(sys.argv) > 5:
    import readline


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        try:
            import resource
        except ImportError:
            return None
        import distutils
        return None
