from pathlib import Path

TEXT = (Path(__file__).parent / "a.md").read_text()

from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return Response("ok")
