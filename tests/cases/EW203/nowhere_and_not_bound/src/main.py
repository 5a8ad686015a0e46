from workers import WorkerEntrypoint
from core.confg import Settings
from core.config import Setings
from core import nothing


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
