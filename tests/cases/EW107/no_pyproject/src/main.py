from workers import WorkerEntrypoint
import httpx


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
