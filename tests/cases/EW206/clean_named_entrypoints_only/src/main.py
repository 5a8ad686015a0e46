from workers import DurableObject, WorkerEntrypoint


class Room(DurableObject):
    async def fetch(self, request): ...


class Prices(WorkerEntrypoint):
    async def of(self, article):
        return 1
