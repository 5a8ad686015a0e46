from workers import WorkerEntrypoint
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "libs"))
sys.path.append("/session/metadata/more")

import helper
import extra


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
