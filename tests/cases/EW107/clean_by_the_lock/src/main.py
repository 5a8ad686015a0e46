from workers import WorkerEntrypoint
import acme
import rarely_known


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
