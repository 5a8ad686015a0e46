from workers import WorkerEntrypoint
import google.generativeai
from azure.storage.blob import BlobClient
from google import genai
from google.cloud import storage
from google.genai import types
from google.oauth2 import service_account

try:
    from google import adk
except ImportError:
    adk = None


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return None
