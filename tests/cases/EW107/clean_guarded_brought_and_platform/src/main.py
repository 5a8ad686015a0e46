from workers import WorkerEntrypoint
from typing import TYPE_CHECKING

import acme_client
import starlette.routing
from js import Response
from PIL import Image
from pyodide.ffi import to_js

try:
    import orjson
except ImportError:
    orjson = None

if TYPE_CHECKING:
    import pytest


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
