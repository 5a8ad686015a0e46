import sys

sys.path.insert(0, "/session/metadata")

from workers import WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        import asgi

        return await asgi.fetch(None, request, self.env)
