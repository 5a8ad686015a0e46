from __future__ import annotations

from src.application.dto.fields import text_table
from src.application.dto.new_blueprint import NewBlueprint
from src.application.dto.page import Page
from src.application.services import Services
from src.application.use_cases.blueprints.create_blueprint import create_blueprint
from src.application.use_cases.blueprints.list_blueprints import list_blueprints
from src.application.use_cases.blueprints.preview_blueprint import preview_blueprint
from src.presentation.presenters.blueprint import present_blueprint
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request


async def create(services: Services, request: Request) -> Reply:
    new = NewBlueprint.from_mapping(request.json_object())
    blueprint = await create_blueprint(services, request.parameters["workspace"], new)
    return Reply.json(present_blueprint(blueprint), status=201)


async def list_all(services: Services, request: Request) -> Reply:
    page = Page.from_query(request.query)
    found = await list_blueprints(services, request.parameters["workspace"], page)
    return Reply.json({"blueprints": [present_blueprint(blueprint) for blueprint in found]})


async def preview(services: Services, request: Request) -> Reply:
    arguments = text_table(request.json_object(), "arguments")
    place = request.parameters
    return Reply.text(await preview_blueprint(services, place["workspace"], place["blueprint"], arguments))
