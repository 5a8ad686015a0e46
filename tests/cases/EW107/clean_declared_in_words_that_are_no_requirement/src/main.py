import jinja2
from fastapi import FastAPI
from starlette.requests import Request

from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return Response("ok")
