"""Random Workers: handlers, classes, globals, effects and settings at the start, bindings.

Analysis says of each what Pyodide says with the runtime's questions, or null. By hand, many Workers in one process:
`python -m tests.oracles.random_workers 1000 SEED [3.14]` prints those on which the two differ.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.oracles import verdicts
from tests.projects import write

DATES = {"3.12": "2024-10-01", "3.13": "2026-01-01", "3.14": "2026-10-01"}
CONFIG = 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "{date}"\ncompatibility_flags = ["python_workers"]\n'
IMPORTS = "from workers import DurableObject, WorkerEntrypoint, WorkflowEntrypoint\n"
METHODS = ("fetch", "scheduled", "queue")
#: What a module may do at its top level: text, whether the start survives it where a snapshot is taken.
GLOBALS = (
    "NAME = 'x'\n",
    "import js\nH = js.Headers.new()\n",
    "from js import Date\nNOW = Date.new()\n",
    "import js\nH = js.Headers.new()\ndel H\n",
    "from js import console\nLOG = console.log\n",
    "import js\nTEXT = str(js.Headers.new())\n",
    "from pyodide.ffi import to_js\nOBJECT = to_js({'a': 1})\n",
    "import js\ndef f(x=js.Headers.new()): ...\n",
    "import js\nclass Store:\n    at = js.Date.new()\n",
    "import os\nKEY = os.environ['API_KEY']\n",
    "import os\nKEY = os.environ.get('API_KEY')\n",
    "from workers import env\nKEY = env.NAME\n",
    "import uuid\nID = uuid.uuid4()\n",
    "import random\nX = random.random()\n",
    "import random\nX = random.Random(4).random()\n",
    "import random\ndef pick():\n    return random.random()\n",
)


def worker(pick: random.Random, python: str) -> dict[str, str]:
    """The files of one Worker."""
    config = CONFIG.format(date=DATES[python]) + '[vars]\nNAME = "n"\n'
    helper = IMPORTS
    main = IMPORTS
    style = pick.choice(("class", "class", "class", "imported", "alias", "assigned", "derived", "none", "functions"))
    body = "".join(f"    async def {name}(self, *rest): ...\n" for name in pick.sample(METHODS, pick.randint(1, 3)))
    if style == "class":
        main += f"class Default(WorkerEntrypoint):\n{body}"
    elif style in {"imported", "alias", "derived"}:
        name = "Default" if style == "imported" else "Api"
        helper += f"class {name}(WorkerEntrypoint):\n{body}"
        main += f"from helper import {name}{' as Default' if style == 'alias' else ''}\n"
        main += "class Default(Api):\n    pass\n" if style == "derived" else ""
    elif style == "assigned":
        main += f"class _Default(WorkerEntrypoint):\n{body}Default = _Default\n"
    elif style == "functions":
        main += "async def on_fetch(request): ...\n"
    config, main, helper = _bound(pick, config, main, helper)
    if pick.random() < 0.3:
        config += '[triggers]\ncrons = ["0 * * * *"]\n'
    effect = pick.choice(GLOBALS)
    if pick.random() < 0.5:
        main = f"{effect}{main}"
    elif pick.random() < 0.5:
        helper += effect
    if pick.random() < 0.3:
        main += "import helper\n"
    if pick.random() < 0.1:
        main += '__all__ = ["Default"]\n'
    return {"wrangler.toml": config, "src/main.py": main, "src/helper.py": helper}


def _bound(pick: random.Random, config: str, main: str, helper: str) -> tuple[str, str, str]:
    """A Durable Object or a Workflow, bound or not, there or not."""
    if pick.random() < 0.5:
        return config, main, helper
    kind, base = pick.choice((("durable", "DurableObject"), ("workflow", "WorkflowEntrypoint")))
    base = base if pick.random() < 0.8 else "WorkerEntrypoint"
    if kind == "durable":
        config += '[[durable_objects.bindings]]\nname = "ROOM"\nclass_name = "Room"\n'
    else:
        config += '[[workflows]]\nname = "r"\nbinding = "ROOM"\nclass_name = "Room"\n'
    text = f"class Room({base}):\n    async def run(self, *rest): ...\n"
    how = pick.choice(("here", "here", "imported", "renamed", "missing"))
    if how == "here":
        return config, main + text, helper
    if how == "imported":
        return config, f"{main}from helper import Room\n", helper + text
    if how == "renamed":
        return config, f"{main}from helper import Chat as Room\n", helper + text.replace("Room", "Chat")
    return config, main, helper


def differences(numbers: range, python: str) -> tuple[list[tuple[int, bool | None, bool | None]], Counter[bool | None]]:
    """The Workers of which analysis and Pyodide say different things: number, analysis, Pyodide; and how often analysis
    said what.
    """
    with tempfile.TemporaryDirectory() as top:
        folders = [Path(top, str(number)) for number in numbers]
        for number, folder in zip(numbers, folders, strict=True):
            write(folder, worker(random.Random(number), python))
        said = [verdicts.by_analysis(folder)[1].accepted for folder in folders]
        real = [each.accepted for _, each in verdicts.in_pyodide(folders, Path(top, "uploads"))]
    rows = list(zip(numbers, said, real, strict=True))
    return [each for each in rows if each[1] not in {None, each[2]}], Counter(said)


if __name__ == "__main__":
    COUNT, SEED = int(sys.argv[1]), int(sys.argv[2])
    PYTHON = sys.argv[3] if len(sys.argv) > 3 else "3.14"
    WRONG, SAID = differences(range(SEED * 1_000_000, SEED * 1_000_000 + COUNT), PYTHON)
    for wrong in WRONG:
        print(*wrong)  # noqa: T201
        for name, text in worker(random.Random(wrong[0]), PYTHON).items():
            print(f"--- {name}\n{text}")  # noqa: T201
    print(f"{COUNT} Workers of seed {SEED} on Python {PYTHON}: {len(WRONG)} wrong; {dict(SAID)}")  # noqa: T201
