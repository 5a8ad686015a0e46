import json, tkinter as tk
import cgi
import concurrent.interpreters
import xml.nothing
from curses import wrapper as run, ascii
from workers import WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        import resource
        from importlib import import_module

        import_module("venv")
        return None
