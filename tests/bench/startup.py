"""What `precompile` and `trim --reach` save on real packages, in one run: `python -m tests.bench.startup`.

The packages come from the package index, for Python 3.14 on Workers where it has such wheels, else for Linux: those are
weighed only. Two tables are printed, as `docs/startup.md` and `docs/trim.md` have them. It takes half an hour and needs
Node 22; CPU is measured, but a busy machine still disturbs: the spread is printed.
"""

from __future__ import annotations

from typing import NamedTuple

CONFIG = """\
name = "w"
main = "src/main.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]

[[rules]]
type = "Data"
globs = ["**/*.pyc"]
fallthrough = true

[python_modules]
exclude = [{exclude}]
"""
PYPROJECT = """\
[project]
name = "w"
version = "1"

[tool.edgewheel.startup]
budget = "60 s"
precompile = {precompile}
"""
_END = """

class Default(WorkerEntrypoint):
    async def fetch(self, request):
        {body}
"""


class Stack(NamedTuple):
    """One Worker: what is required, its main, and whether the wheels are those for Workers; `start`: it is measured."""

    requires: tuple[str, ...]
    imports: str
    body: str
    workers: bool = True
    start: bool = False

    @property
    def main(self) -> str:
        return f"{self.imports}from workers import WorkerEntrypoint\n{_END.format(body=self.body)}"


STACKS = {
    "FastAPI": Stack(
        ("fastapi",),
        "from fastapi import FastAPI\nfrom pydantic import BaseModel\n\napp = FastAPI()\n\n\nclass Item(BaseModel):\n"
        '    name: str\n\n\n@app.post("/")\nasync def add(item: Item):\n    return item\n\n\n',
        "import asgi\n\n        return await asgi.fetch(app, request.js_object, self.env)",
        start=True,
    ),
    "Django": Stack(
        ("django",),
        "import django\nfrom django.conf import settings\nfrom django.core.asgi import get_asgi_application\n"
        "from django.http import HttpResponse\nfrom django.urls import path\n\n\n"
        "async def root(request):\n    return HttpResponse('a')\n\n\n"
        "urlpatterns = [path('', root)]\nsettings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=['*'])\n"
        "app = get_asgi_application()\n",
        "import asgi\n\n        return await asgi.fetch(app, request.js_object, self.env)",
        start=True,
    ),
    "Starlette with Jinja": Stack(
        ("starlette", "jinja2", "python-multipart", "itsdangerous"),
        "from starlette.applications import Starlette\nfrom starlette.routing import Route\n"
        "from starlette.templating import Jinja2Templates\n\n"
        "templates = Jinja2Templates(directory='/session/metadata/templates')\n\n\n"
        "async def root(request):\n    return templates.TemplateResponse(request, 'a.html')\n\n\n"
        "app = Starlette(routes=[Route('/', root)])\n",
        "import asgi\n\n        return await asgi.fetch(app, request.js_object, self.env)",
        workers=False,
    ),
    "httpx": Stack(("httpx",), "import httpx\n", "return await httpx.AsyncClient().get(request.url)"),
    "OpenAI": Stack(
        ("openai", "httpx2-jsfetch"),
        "from openai import AsyncOpenAI\n",
        "client = AsyncOpenAI(api_key=self.env.KEY)\n"
        "        return await client.chat.completions.create(model='m', messages=[{'role': 'user', 'content': 'a'}])",
        start=True,
    ),
    "Anthropic": Stack(
        ("anthropic", "httpx2-jsfetch"),
        "from anthropic import AsyncAnthropic\n",
        "client = AsyncAnthropic(api_key=self.env.KEY)\n"
        "        return await client.messages.create(model='m', max_tokens=9, messages=[])",
    ),
    "LangChain core": Stack(
        ("langchain-core",),
        "from langchain_core.prompts import ChatPromptTemplate\n",
        "return str(ChatPromptTemplate.from_template('a {b}').invoke({'b': 'c'}))",
    ),
    "MCP": Stack(
        ("mcp",),
        "from mcp.server.fastmcp import FastMCP\n\nserver = FastMCP('w')\n\n\n"
        "@server.tool()\ndef add(a: int, b: int) -> int:\n    return a + b\n\n\n",
        "import asgi\n\n        return await asgi.fetch(server.streamable_http_app(), request.js_object, self.env)",
    ),
    "pandas": Stack(("pandas",), "import pandas\n", "return str(pandas.DataFrame({'a': [1]}).sum())", workers=False),
    "Pillow": Stack(("pillow",), "from PIL import Image\n", "return str(Image.new('RGB', (9, 9)).size)", workers=False),
}
