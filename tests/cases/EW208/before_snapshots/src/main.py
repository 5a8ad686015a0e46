from workers import WorkerEntrypoint
import random

X = random.random()


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
