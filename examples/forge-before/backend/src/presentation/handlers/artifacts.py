from __future__ import annotations

from src.application.services import Services
from src.application.use_cases.artifacts.fetch_artifact import fetch_artifact
from src.core.errors import NotFoundError
from src.presentation.presenters.artifact import artifact_headers
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request


async def download(services: Services, request: Request) -> Reply:
    """The content itself; 304 where the caller has it already."""
    place = request.parameters
    fetched = await fetch_artifact(services, place["workspace"], place["job"])
    if fetched is None:
        raise NotFoundError(f"{place['job']} has made no artifact")
    headers = artifact_headers(fetched.artifact)
    if request.headers.get("if-none-match") == fetched.artifact.digest.etag:
        return Reply(304, headers=headers)
    return Reply(200, fetched.content, headers)
