from workers import WorkerEntrypoint
import latin


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
