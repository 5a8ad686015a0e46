from workers import WorkerEntrypoint
import httpx
import starlette
from fastapi import FastAPI

import helpers


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        import requests
        return None
