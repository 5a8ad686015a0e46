from workers import WorkerEntrypoint
import shared


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
