from workers import WorkerEntrypoint
from helpers import a
from shared.core import b


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
