from workers import WorkerEntrypoint
from lib.money import Money


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
