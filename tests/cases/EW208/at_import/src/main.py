from workers import WorkerEntrypoint
import random
import secrets
import socket
import subprocess
import threading
from uuid import uuid4 as fresh

import ids

SECRET = secrets.token_hex()
PICK = random.choice([1, 2])
threading.Thread(target=print).start()
socket.create_connection(("example.com", 80))
subprocess.run(["true"])


class Ids:
    one = fresh()


def make(value=random.random()):
    return random.random()


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
