from workers import WorkerEntrypoint
import ssl


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
