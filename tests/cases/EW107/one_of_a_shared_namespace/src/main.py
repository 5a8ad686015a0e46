from workers import WorkerEntrypoint
from google import auth, genai
import google.cloud.storage


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        from azure.identity import DefaultAzureCredential

        return None
