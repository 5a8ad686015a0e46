from fastapi import FastAPI
from workers import asgi

Default = asgi.entrypoint(FastAPI())
