from workers import WorkerEntrypoint
from calendar import next_holiday
import queue


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
