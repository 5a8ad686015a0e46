from workers import WorkerEntrypoint
import random
import secrets
import uuid

RNG = random.Random(7)
NAME = uuid.uuid5(uuid.NAMESPACE_DNS, "example.com")
make = lambda: secrets.token_hex()


def fresh():
    return random.random()


if __name__ == "__main__":
    print(random.random())


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        import late
        return None
