from workers import WorkerEntrypoint
try:
    from src.core import config
except ImportError as error:
    raise RuntimeError("core is gone") from error


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
