from workers import WorkerEntrypoint
from pathlib import Path

HERE = Path(__file__).parent
A = (HERE / "a.json").read_text()
B = (HERE / "page.html").read_text()

try:
    C = (HERE / "optional.yaml").read_text()
except FileNotFoundError:
    C = ""

if (HERE / "other.yaml").exists():
    D = (HERE / "other.yaml").read_text()

open(HERE / "made.log", "w")


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
