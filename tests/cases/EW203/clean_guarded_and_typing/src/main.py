from workers import WorkerEntrypoint
import sys
from typing import TYPE_CHECKING

try:
    from src.core import config
except ImportError:
    from core import config

if TYPE_CHECKING:
    from src.core.config import Settings

if sys.version_info < (3, 11):
    from src.old import thing

if sys.platform != "emscripten":
    import src.native

if __name__ == "__main__":
    import src.cli


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
