from workers import WorkerEntrypoint
from workers.health import handle_health


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return await handle_health(self.env)
