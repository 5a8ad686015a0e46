from workers import WorkerEntrypoint
import tkinter
import imp
from acme import billing
from src import x


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
