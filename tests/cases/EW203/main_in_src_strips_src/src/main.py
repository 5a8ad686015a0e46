from workers import WorkerEntrypoint
from src.core.config import Settings


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
