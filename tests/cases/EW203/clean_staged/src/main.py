from workers import WorkerEntrypoint
from src.core.config import Settings
from src.core import config


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
