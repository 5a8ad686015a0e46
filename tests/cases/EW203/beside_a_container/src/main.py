from core.name import NAME
from workers import DurableObject, Response, WorkerEntrypoint


class Press(DurableObject): ...


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return Response(NAME)
