from workers import WorkerEntrypoint
CONFIG = open("config.json").read()


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
