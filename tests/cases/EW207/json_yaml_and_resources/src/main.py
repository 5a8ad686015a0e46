from workers import WorkerEntrypoint
import json
from importlib import resources
from pathlib import Path

import shop

HERE = Path(__file__).parent
PRICES = json.loads((HERE / "data" / "prices.json").read_text())


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        with open(HERE / "rules.yaml") as file:
            file.read()
        return None
