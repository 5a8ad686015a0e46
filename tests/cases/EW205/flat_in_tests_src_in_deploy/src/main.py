from workers import WorkerEntrypoint
from src.core import config


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
