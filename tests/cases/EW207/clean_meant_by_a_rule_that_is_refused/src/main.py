from pathlib import Path

HERE = Path(__file__).parent
TEXT = (HERE / "a.md").read_text()
MORE = (HERE / "b.yaml").read_text()

from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return Response("ok")
