from Core.config import LEVEL
from servces.users import find
from services.usres import other

from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return Response("ok")
