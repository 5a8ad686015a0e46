from workers import WorkerEntrypoint, asgi
from workers.workflows import NonRetryableError
from jobs.workers import handle_health


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return await handle_health(self.env)
