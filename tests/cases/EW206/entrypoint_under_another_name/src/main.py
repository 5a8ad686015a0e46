from workers import DurableObject, Response, WorkerEntrypoint


class Room(DurableObject):
    async def fetch(self, request):
        return Response("room")


class Shop(WorkerEntrypoint):
    async def fetch(self, request):
        return Response("open")
