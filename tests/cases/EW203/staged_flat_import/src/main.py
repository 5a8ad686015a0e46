from workers import WorkerEntrypoint
from core.config import Settings
from src.tests.factories import make


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
