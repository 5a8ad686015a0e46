"""What `precompile` and `trim --reach` save on real packages, in one run: `python -m tests.bench.startup`.

The packages come from the package index, for Python 3.14 on Workers where it has such wheels, else for Linux: those are
weighed only. Two tables are printed, as `docs/startup.md` and `docs/trim.md` have them. It takes half an hour and needs
Node 22; CPU is measured, but a busy machine still disturbs: the spread is printed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from tests import tools

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
    """One Worker: what is required, its main, whether the wheels are those for Workers; `start`: also precompiled."""

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
    # asks for randomness while it is imported, which the runtime refuses
    "OpenAI": Stack(
        ("openai", "httpx2-jsfetch"),
        "from openai import AsyncOpenAI\n",
        "client = AsyncOpenAI(api_key=self.env.KEY)\n"
        "        return await client.chat.completions.create(model='m', messages=[{'role': 'user', 'content': 'a'}])",
    ),
    "Anthropic": Stack(
        ("anthropic", "httpx2-jsfetch"),
        "from anthropic import AsyncAnthropic\n",
        "client = AsyncAnthropic(api_key=self.env.KEY)\n"
        "        return await client.messages.create(model='m', max_tokens=9, messages=[])",
        start=True,
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
    # pandas and Pillow have no wheels for Python 3.14 on Workers
    "SymPy": Stack(("sympy",), "import sympy\n", "return str(sympy.sympify('x + x'))"),
    "NetworkX": Stack(("networkx",), "import networkx\n", "return str(networkx.path_graph(9))"),
}


def vendor(folder: Path, stack: Stack) -> None:
    """python_modules of a stack; pip takes any platform's name, uv has none for the newest."""
    platforms = ("pyemscripten_2026_0_wasm32",) if stack.workers else ("manylinux_2_28_x86_64", "manylinux2014_x86_64")
    command = [
        str(Path(sys.executable).parent / "uvx"),
        "-q",
        "pip",
        "install",
        "--quiet",
        "--no-compile",
        "--target",
        str(folder / "python_modules"),
    ]
    command += [f"--platform={each}" for each in platforms]
    command += ["--python-version=3.14", "--implementation=cp", "--abi=cp314", "--abi=abi3", "--abi=none"]
    subprocess.run([*command, "--only-binary=:all:", *stack.requires], check=True)
    shutil.rmtree(folder / "python_modules" / "bin", ignore_errors=True)  # pywrangler copies site-packages only
    if not (folder / "python_modules" / "workers").exists():
        sdk = stack._replace(requires=("workers-runtime-sdk",), workers=True)
        vendor(folder, sdk)


def project(folder: Path, stack: Stack) -> None:
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "main.py").write_text(stack.main)
    vendor(folder, stack)
    configure(folder, (), precompile=False)


def configure(folder: Path, exclude: tuple[str, ...], *, precompile: bool) -> None:
    listed = ", ".join(json.dumps(each) for each in exclude)
    (folder / "wrangler.toml").write_text(CONFIG.format(exclude=listed))
    (folder / "pyproject.toml").write_text(PYPROJECT.format(precompile=str(precompile).lower()))


def told(command: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """The JSON of one of edgewheel's commands."""
    line = [sys.executable, "-m", "edgewheel", command, str(folder), "--format", "json", *arguments]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise SystemExit(f"{' '.join(line)}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def started(folder: Path) -> dict[str, Any] | None:
    """What `startup` tells; None where main does not start. Again where the runs are far apart: the best of three."""
    found: list[dict[str, Any]] = []
    with contextlib.suppress(SystemExit):
        while len(found) < 3 and not (found and spread(found[-1]) < 0.05):
            found.append(told("startup", folder, "--timeout", "600"))
    return min(found, key=spread, default=None)


def spread(found: dict[str, Any]) -> float:
    """How far the runs are apart, of the worse of the two where both were measured."""
    both = found.get("precompiled") or {"spread": 0.0, "plain_spread": 0.0}
    return max(found["spread"], both["spread"], both["plain_spread"])


def precompiled(name: str, folder: Path) -> str:
    """A row: the start from sources and precompiled."""
    configure(folder, (), precompile=True)
    found = started(folder)
    if found is None:
        return f"| {name} | does not start |"
    both, plain = found["precompiled"], found["precompiled"]["plain_ms"]
    share = both["cpu_ms"] / plain - 1
    return (
        f"| {name} | {len(found['imports']):,} | {plain:,.0f} | {both['cpu_ms']:,.0f} | {share:+.0%} "
        f"| {spread(found):.1%} | {both['modules']:,} | {both['bytes']:,} |"
    )


def trimmed(name: str, folder: Path, stack: Stack, *, prove: bool) -> tuple[str, int, int]:
    """A row: bytes before and left out, imports that broke, and the start before and after; and the first two."""
    configure(folder, ("**/*.pyc",), precompile=False)
    runs = stack.workers and prove
    (base,) = told("trim", folder)["tables"]
    (table,) = told("trim", folder, "--reach", *(["--prove", "--timeout", "900"] if runs else []))["tables"]
    start = "-"
    before = started(folder) if runs else None
    if before is not None:
        configure(folder, tuple(table["exclude"]), precompile=False)
        after = started(folder)
        apart = max(spread(before), spread(after)) if after else 0.0
        start = f"{before['cpu_ms']:,.0f} / {after['cpu_ms']:,.0f} ({apart:.1%})" if after else "starts no more"
    broken = (
        f"0{' (taken back: ' + ', '.join(table['taken_back']) + ')' if table['taken_back'] else ''}" if runs else "-"
    )
    whole = ", ".join(each["package"] for each in table["whole"])
    row = (
        f"| {name} | {table['before']:,} | {base['saved'] / base['before']:.1%} "
        f"| {table['saved'] / table['before']:.1%} | {len(table['patterns'])} | {broken} | {start} | {whole} |"
    )
    show(row)
    return row, table["before"], table["saved"]


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stacks", nargs="*", default=list(STACKS), choices=list(STACKS), metavar="NAME")
    parser.add_argument("--only", choices=("precompile", "trim"))
    parser.add_argument("--no-prove", action="store_true", help="by analysis only")
    args = parser.parse_args()
    os.environ["PATH"] = os.pathsep.join([str(tools.node().parent), os.environ["PATH"]])
    with tempfile.TemporaryDirectory() as scratch:
        folders = {name: Path(scratch) / str(at) for at, name in enumerate(args.stacks)}
        for name, folder in folders.items():
            project(folder, STACKS[name])
        if args.only != "trim":
            show("| stack | modules imported | from sources, ms | precompiled, ms | | spread | compiled | bytes more |")
            show("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
            for name in (each for each in args.stacks if STACKS[each].start):
                show(precompiled(name, folders[name]))
        if args.only != "precompile":
            head = "| stack | before | `trim` | with `--reach` | patterns | imports broken "
            head += "| start before / after, ms (spread) | kept whole |"
            show(f"\n{head}\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
            rows = [trimmed(name, folder, STACKS[name], prove=not args.no_prove) for name, folder in folders.items()]
            before, saved = sum(row[1] for row in rows), sum(row[2] for row in rows)
            show(f"\n{saved:,} of {before:,} bytes: {saved / before:.1%}")


if __name__ == "__main__":
    main()
