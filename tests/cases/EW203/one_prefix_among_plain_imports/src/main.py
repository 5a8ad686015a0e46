from src.core.config import LEVEL
from core.render import page
from services.users import find

from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return Response("ok")
