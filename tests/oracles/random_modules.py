# ruff: noqa: E501, ISC004 - each form is one line
"""Random trees of modules whose top level calls functions and classes of the project, which import.

The analysis has to say what Python says: whether main imports, and where not. By hand, against the Python that runs
this: `python -m tests.oracles.random_modules 2000 SEED`; against Pyodide: the same with `--pyodide 3.14`.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import tools
from tests.oracles.module_forms import Forms

from edgewheel.runtime import static
from edgewheel.runtime.library import library
from edgewheel.runtime.python import number
from edgewheel.runtime.real import pyodide
from edgewheel.runtime.real.running import Mounted, proof
from edgewheel.runtime.resolve import Resolver
from edgewheel.runtime.tree import Tree
from edgewheel.sources.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.runtime.proof import Proof, Subject

ONLY_A_RUN_KNOWS = ("exec(", "find_spec(", "importlib.reload(")
RUNNING = f"3.{min(sys.version_info[1], 14)}"
PYODIDES = {"3.12": "0.26.4", "3.13": "0.28.3", "3.14": "314.0.7"}
MODULES = ("alpha", "beta", "gamma", "pkg.one", "pkg.two", "pkg.sub.deep")
#: Imports the main of each tree in one process, and prints where that ends: null, or file, line and error.
REAL = """
import importlib, json, sys, traceback
sys.dont_write_bytecode = True
known = set(sys.modules)
path = [each for each in sys.path if "site-packages" not in each]
for root in json.loads(sys.stdin.read()):
    for name in set(sys.modules) - known:
        top = name.partition(".")[0]
        if top in {"main", "alpha", "beta", "gamma", "pkg"}:
            del sys.modules[name]
    importlib.invalidate_caches()
    sys.path = [*path, root]
    try:
        import main
        print(json.dumps(None))
    except BaseException as error:
        own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(f"{root}/")]
        own = own or [traceback.FrameSummary(f"{root}/main.py", 0, "")]
        print(json.dumps([own[-1].filename[len(root) + 1:], own[-1].lineno, type(error).__name__, str(error)]))
"""
#: What the two packages of a tree may hold.
PACKAGES = (
    *("", "VALUE = 1\n") * 10,
    "from . import one\n",
    "from .one import VALUE\n",
    "from .two import *\n",
    "from pkg import sub\n",
    "from .sub import deep\n",
    "__all__ = ['one', 'VALUE']\nVALUE = 1\n",
    "__all__ = ['one', 'gone']\n",
    "one = 1\n",
    "import os\n\n__path__.append(os.path.join(os.path.dirname(__file__), 'sub'))\n",
    "import importlib\n\n\ndef __getattr__(name):\n    if name in {'one', 'two'}:\n"
    "        return importlib.import_module(f'.{name}', __name__)\n    raise AttributeError(name)\n",
    "import importlib\n\nfor name in ('one', 'two'):\n    importlib.import_module(f'.{name}', __package__)\n",
    "try:\n    from .gone import x\nexcept ImportError:\n    x = None\n",
)
BELOW = ("",) * 14 + (
    "from . import deep\n",
    "from .deep import VALUE\n",
    "from .deep import *\n",
    "from ..one import VALUE\n",
    "from .. import two\n",
    "from ... import alpha\n",
    "deep = 1\n",
)
HEAD = """\
import asyncio, contextlib, dataclasses, functools, importlib, sys
from contextlib import contextmanager, suppress
"""


def tree(pick: random.Random) -> dict[str, str]:
    """Modules of which each imports what comes after it; in some trees anything, in circles."""
    order = pick.sample(MODULES, len(MODULES))
    broken = pick.choice([0.0, 0.1, 0.3])
    circles = pick.random() < 0.1
    files = {"pkg/__init__.py": pick.choice(PACKAGES), "pkg/sub/__init__.py": pick.choice(BELOW)}
    for at, name in enumerate(order):
        later = [each for each in order if each != name] if circles else order[at + 1 :]
        files[f"{name.replace('.', '/')}.py"] = Source(pick, name, later, broken).text(pick.randint(1, 3))
    files["main.py"] = Source(pick, "main", order, broken).text(pick.randint(2, 4), uses=True)
    return files


def circular(files: dict[str, str]) -> bool:
    """Whether a module may be asked for while it is being imported: by what each mentions, and the packages of that."""
    edges: dict[str, set[str]] = {}
    for file, text in files.items():
        name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        last = {each for each in MODULES if re.search(rf"\.{each.rpartition('.')[2]}\b|import {each}\b", text)}
        last |= {
            each
            for each in MODULES
            if "." in each and re.search(rf"import {each.rpartition('.')[2]}\b|'{each.rpartition('.')[2]}'", text)
        }
        found = {each for each in MODULES if re.search(rf"\b{re.escape(each)}\b", text)} | last
        for each in list(found):
            parents = {each.rpartition(".")[0], each.partition(".")[0]} - {"", each}
            found |= {parent for parent in parents if not name.startswith(f"{parent}.") and name != parent}
        edges[name] = found - {name}
    seen: dict[str, bool] = {}

    def comes_back(name: str) -> bool:
        if name in seen:
            return seen[name]  # True while it is being looked at
        seen[name] = True
        if any(comes_back(each) for each in edges.get(name, ())):
            return True
        seen[name] = False
        return False

    return comes_back("main")


class Source(Forms):
    """One module. `later` are the modules that it may import, `broken` the share of imports that fail."""

    def __init__(self, pick: random.Random, name: str, later: list[str], broken: float) -> None:
        self.pick = pick
        self.broken = broken
        self.name = name
        self.later = later
        self.count = 0

    def text(self, number: int, *, uses: bool = False) -> str:
        parts = [HEAD, "VALUE = 1\n", *self.offered()]
        forms = [getattr(self, each) for each in dir(self) if each.startswith("form_")]
        parts += [self.pick.choice(forms)() for _ in range(number)]
        if uses or self.pick.random() < 0.5:
            parts += [self.use() for _ in range(self.pick.randint(1, 2))]
        return "\n".join(parts)

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def statement(self) -> str:
        """An import that may fail, on one line."""
        gone = f"gone_{self.pick.randrange(1000)}"
        if self.pick.random() < self.broken:
            broken = [f"import {gone}", f"from {gone} import x", f"import json.{gone}"]
            if self.later:
                broken += [f"from {self.pick.choice(self.later)} import {gone}"] * 2
            return self.pick.choice(broken)
        if not self.later:
            return "import json"
        target = self.pick.choice(self.later)
        forms = [
            f"import {target}",
            f"import {target} as z",
            f"from {target} import VALUE",
            f"importlib.import_module({target!r})",
        ]
        forms += [f"__import__({target!r})"]
        parent, _, last = target.rpartition(".")
        forms += [f"from {parent} import {last}"] if parent else []
        return self.pick.choice(forms)

    def offered(self) -> list[str]:
        """What other modules may import: names that are bound, or look so."""
        forms = [
            "for item in []:\n    pass\n",
            "for item in [1, 2]:\n    pass\n",
            "with contextlib.nullcontext(1) as item:\n    pass\n",
            "match 1:\n    case 1:\n        item = 1\n    case _:\n        other = 1\n",
            "match 2:\n    case 1:\n        item = 1\n    case other:\n        pass\n",
            "if False:\n    item = 1\n",
            "if len([1]) == 1:\n    item = 1\n",
            "item = other = 1\ndel item\n",
            "def bind():\n    global item\n    item = 1\n\n\nbind()\n",
            "def bind():\n    global item\n    item = 1\n",
            "globals()['item'] = 1\n",
            "setattr(sys.modules[__name__], 'item', 1)\n",
            "try:\n    import gone_0\nexcept ImportError:\n    item = None\n",
            "try:\n    import gone_0\n    item = 1\nexcept ImportError:\n    other = None\n",
            "try:\n    item = 1\nfinally:\n    other = 1\n",
            "def __getattr__(name):\n    if name == 'item':\n        return 1\n    raise AttributeError(name)\n",
            "def __getattr__(name):\n    if name == 'other':\n        return 1\n    raise AttributeError(name)\n",
            "item: int\n",
            "item: int = 1\n",
            "[item := each for each in (1, 2)]\n",
            "[item := each for each in ()]\n",
            "while True:\n    item = 1\n    break\n",
            "while False:\n    item = 1\n",
            "(item, *other) = 1, 2\n",
            "__all__ = ['VALUE']\nitem = 1\n",
            "__all__ = ['item']\nitem = 1\n",
            "class item:\n    other = 1\n",
            "def item(): ...\n",
            "for item in range(0):\n    pass\nelse:\n    other = 1\n",
            "for other in 'ab':\n    item = other\n",
            "_item = item = 1\n",
        ]
        return [self.pick.choice(forms)] if self.pick.random() < 0.8 else []

    def use(self) -> str:
        """A use of what another module may offer."""
        if not self.later:
            return ""
        target = self.pick.choice(self.later)
        name = self.pick.choice(["item", "other", "VALUE", "VALUE", "VALUE"])
        local = self.fresh("used")
        return self.pick.choice(
            [
                f"from {target} import {name} as {local}\n",
                f"from {target} import {name} as {local}\n",
                f"from {target} import *\n",
                f"import {target}\n{local} = {target}.{name}\n",
                f"try:\n    from {target} import {name} as {local}\nexcept ImportError:\n    {local} = None\n",
                f"import {target}\n{local} = getattr({target}, {name!r}, None)\n",
                f"if hasattr(importlib.import_module({target!r}), {name!r}):\n    {self.statement()}\n",
            ]
        )

    def call(self, call: str) -> str:
        """A call at the top level, in one of the ways to have it run or not."""
        local = self.fresh("made")
        return self.pick.choice(
            [
                f"{call}\n",
                f"{local} = {call}\n",
                f"try:\n    {local} = {call}\nexcept ImportError:\n    {local} = None\n",
                f"try:\n    {call}\nexcept (KeyError, ModuleNotFoundError):\n    {self.statement()}\n",
                f"try:\n    pass\nexcept ImportError:\n    {call}\nelse:\n    {call}\n",
                f"with suppress(ImportError):\n    {call}\n",
                f"if True:\n    {call}\n",
                f"if not VALUE:\n    {call}\n",
                f"if __name__ == '__main__':\n    {call}\n",
                f"{local} = VALUE and {call}\n",
                f"{local} = VALUE or {call}\n",
                f"{local} = {call} if VALUE == 2 else None\n",
                f"for _ in [1]:\n    {call}\n",
                f"for _ in ():\n    {call}\n",
                f"while VALUE:\n    {call}\n    break\n",
                f"{local} = [{call} for _ in (1,)]\n",
                f"{local} = [{call} for _ in ()]\n",
                f"{local} = [{call} for each in (1, 2) if each > 2]\n",
                f"{local} = ({call} for _ in (1,))\n",
                f"{local} = list({call} for _ in (1,))\n",
                f"{local} = {{1: {call}}}\n",
                f"{local} = lambda: {call}\n",
                f"{local} = (lambda: {call})()\n",
                f"class {local}:\n    inner = {call}\n",
                f"def {local}(value={call}): ...\n",
                f"def {local}():\n    {call}\n",
                f"def {local}():\n    return {call}\n\n\n{local}()\n",
                f"def {local}(flag=False):\n    if flag:\n        return\n    {call}\n\n\n{local}()\n",
                f"def {local}(flag):\n    if flag:\n        return\n    {call}\n\n\n{local}(True)\n",
                f"print({call}, file=None) if False else None\n",
                f'{local} = f"""{{ {call} }}"""\n',
                f"match VALUE:\n    case 1:\n        {call}\n    case _:\n        pass\n",
                f"try:\n    raise ValueError\nexcept ValueError:\n    {call}\n",
                f"try:\n    raise ValueError\nexcept LookupError:\n    {call}\nexcept Exception:\n    pass\n",
            ]
        )

    def function(self, name: str) -> str:
        body = self.pick.choice(
            [self.statement(), f"{self.statement()}\n    return 1", f"if VALUE:\n        {self.statement()}"]
        )
        return f"def {name}(*args, **kwargs):\n    {body}\n\n\n"

    def form_function(self) -> str:
        name = self.fresh("create")
        return self.function(name) + self.call(f"{name}()")

    def form_by_name(self) -> str:
        name = self.fresh("named")
        ways = [
            f"getattr(sys.modules[__name__], {name!r})()",
            f"globals()[{name!r}]()",
            f"{{'a': {name}}}['a']()",
            f"[{name}][0]()",
            f"functools.partial({name}, 1)()",
            f"functools.partial({name}, 1)",
            f"list(map({name}, [1]))",
            f"map({name}, [1])",
            f"list(map({name}, []))",
            f"sorted([1], key={name}) if False else None",
            f"functools.reduce({name}, [1, 2])",
            f"any({name}(each) for each in [1])",
            f"(lambda f: f())({name})",
        ]
        return self.function(name) + self.call(self.pick.choice(ways))

    def form_class(self) -> str:
        name = self.fresh("Thing")
        hook, call = self.pick.choice(
            [
                ("def __init__(self):", f"{name}()"),
                ("def __init__(self):", name),
                ("def __call__(self):", f"{name}()()"),
                ("def __getitem__(self, key):", f"{name}()[1]"),
                ("def method(self):", f"{name}().method()"),
                ("def method(self):", f"{name}().method"),
                ("@classmethod\n    def make(cls):", f"{name}.make()"),
                ("@staticmethod\n    def make():", f"{name}.make()"),
                ("@property\n    def value(self):", f"{name}().value"),
                ("def __getattr__(self, name):", f"{name}().anything"),
                ("def __post_init__(self):", f"{name}()"),
                ("def __enter__(self):", f"{name}().__enter__()"),
                ("@functools.cached_property\n    def value(self):", f"{name}().value"),
            ]
        )
        decorator = self.pick.choice(["", "", "@dataclasses.dataclass\n"])
        return f"{decorator}class {name}:\n    {hook}\n        {self.statement()}\n\n\n" + self.call(call)

    def form_inheritance(self) -> str:
        base, name = self.fresh("Base"), self.fresh("Derived")
        body = self.pick.choice(
            ["pass", "def __init__(self):\n        super().__init__()", "def __init__(self):\n        pass"]
        )
        hook = self.pick.choice(["def __init__(self):", "def __init_subclass__(cls, **kwargs):", "def other(self):"])
        made = f"class {base}:\n    {hook}\n        {self.statement()}\n\n\nclass {name}({base}):\n    {body}\n\n\n"
        return made + (f"{name}()\n" if self.pick.random() < 0.6 else "")

    def form_metaclass(self) -> str:
        meta, name = self.fresh("Meta"), self.fresh("Made")
        hook = self.pick.choice(
            [
                "def __init__(cls, *args, **kwargs):",
                "def __new__(cls, name, bases, space):",
                "def other(cls):",
            ]
        )
        tail = "\n        return super().__new__(cls, name, bases, space)" if "__new__" in hook else ""
        return f"class {meta}(type):\n    {hook}\n        {self.statement()}{tail}\n\n\nclass {name}(metaclass={meta}): ...\n"

    def form_set_name(self) -> str:
        name, owner = self.fresh("Field"), self.fresh("Owner")
        made = f"class {name}:\n    def __set_name__(self, owner, name):\n        {self.statement()}\n\n\n"
        return made + self.pick.choice(
            [f"class {owner}:\n    field = {name}()\n", f"class {owner}:\n    field = {name}\n"]
        )

    def form_decorator(self) -> str:
        name, used = self.fresh("deco"), self.fresh("decorated")
        forms = [
            f"def {name}(f):\n    {self.statement()}\n    return f\n\n\n@{name}\ndef {used}(): ...\n",
            f"def {name}(f):\n    {self.statement()}\n    return f\n\n\n@{name}\nclass {used}: ...\n",
            f"def {name}(flag):\n    def inner(f):\n        {self.statement()}\n        return f\n\n    return inner\n\n\n"
            f"@{name}(1)\ndef {used}(): ...\n",
            f"def {name}(f):\n    def wrapper():\n        {self.statement()}\n        return f()\n\n    return wrapper\n\n\n"
            f"@{name}\ndef {used}(): ...\n\n\n{self.pick.choice([f'{used}()', ''])}\n",
            f"def {name}(f):\n    @functools.wraps(f)\n    def wrapper():\n        {self.statement()}\n\n    return wrapper\n\n\n"
            f"@{name}\ndef {used}(): ...\n\n\n{self.pick.choice([f'{used}()', ''])}\n",
            f"@functools.cache\ndef {used}():\n    {self.statement()}\n\n\n{self.pick.choice([f'{used}()', ''])}\n",
        ]
        return self.pick.choice(forms)

    def form_loop(self) -> str:
        names = [
            self.pick.choice([*self.later, "gone_1"] if self.later and self.pick.random() > self.broken else ["gone_1"])
            for _ in range(self.pick.randint(1, 3))
        ]
        return self.pick.choice(
            [
                f"for name in {names!r}:\n    importlib.import_module(name)\n",
                f"for name in {tuple(names)!r}:\n    with suppress(ImportError):\n        __import__(name)\n",
                f"for name in {names!r}:\n    try:\n        importlib.import_module(name)\n    except ImportError:\n        continue\n    break\n",
                f"loaded = {{name: importlib.import_module(name) for name in {names!r}}}\n",
                f"for name in {names!r}:\n    if name == 'gone_1':\n        continue\n    importlib.import_module(f'{{name}}')\n",
                f"for at, name in enumerate({names!r}):\n    if at:\n        break\n    importlib.import_module(name)\n",
            ]
        )

    def form_generator(self) -> str:
        name = self.fresh("steps")
        made = f"def {name}():\n    {self.statement()}\n    yield 1\n\n\n"
        return made + self.pick.choice(
            [f"{name}()\n", f"list({name}())\n", f"next({name}())\n", f"for _ in {name}():\n    pass\n"]
        )

    def form_context(self) -> str:
        name = self.fresh("managed")
        made = f"@contextmanager\ndef {name}():\n    {self.statement()}\n    yield 1\n\n\n"
        return made + self.pick.choice([f"with {name}():\n    pass\n", f"{name}()\n"])

    def form_coroutine(self) -> str:
        name = self.fresh("work")
        made = f"async def {name}():\n    {self.statement()}\n\n\n"
        return made + self.pick.choice(
            [f"coroutine = {name}()\ncoroutine.close()\n", f"async def outer():\n    await {name}()\n"]
        )

    def form_raises(self) -> str:
        name = self.fresh("raising")
        error = self.pick.choice(["ValueError", "RuntimeError('no')", "KeyError('x')"])
        made = f"def {name}():\n    raise {error}\n\n\n"
        caught = self.pick.choice(["ValueError", "(RuntimeError, KeyError)", "Exception", "LookupError"])
        return made + self.pick.choice(
            [
                f"try:\n    {name}()\nexcept {caught}:\n    {self.statement()}\n",
                f"try:\n    {name}()\n    {self.statement()}\nexcept Exception:\n    pass\n",
                f"if False:\n    {name}()\n",
            ]
        )

    def form_closure(self) -> str:
        name = self.fresh("outer")
        made = f"def {name}():\n    def inner():\n        {self.statement()}\n\n    return inner\n\n\n"
        return made + self.pick.choice([f"{name}()\n", f"{name}()()\n", f"kept = {name}()\nkept()\n"])

    def form_other_module(self) -> str:
        """A function that stands in another module."""
        return self.pick.choice([f"{self.statement()}\n", self.use()])


def readers(files: dict[str, str]) -> dict[str, Callable[[], bytes]]:
    return {name: partial(str.encode, text) for name, text in files.items()}


def analysed(files: dict[str, str], python: str) -> tuple[Subject, Proof]:
    def resolver() -> Resolver:
        near = python if python in PYODIDES else min(PYODIDES)  # of an older Python, which runs the tests
        return Resolver(Tree(files, number(python)), Modules(readers(files)), library(near))

    what = static.subject(resolver(), "main.py", pth=True)
    return what, static.prove(what, resolver(), python)


def differs(real: list[Any] | None, proof: Proof, files: dict[str, str]) -> str:
    """What the two say of a tree, "" where it is the same. Where only a run can know the analysis may be silent, and must
    not tell of a failure that is none.
    """
    told = [[each.importer, each.line, each.error] for each in proof.problems if each.at == "start"]
    if real is None:
        return "" if proof.imports and not told else f"imports, against {told}"
    if "circular import" in real[3] or "partially initialized" in real[3] or "Error calling __set_name__" in real[3]:
        return ""  # what only a run can know; Pythons before 3.12 raise another error around the one of a hook
    if real[2] == "NotImplementedError" and told and not proof.imports:
        return ""  # raised from the error of an import, which the analysis names
    if proof.imports is not bool(told) and any(each in text for text in files.values() for each in ONLY_A_RUN_KNOWS):
        return ""
    if circular(files):
        return ""  # how far a module has come when another one asks for it, only a run knows
    return "" if not proof.imports and real[:3] in told else f"{real} against {proof.imports} {told}"


def write(files: dict[str, str], top: Path) -> None:
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def in_python(roots: list[Path]) -> list[list[Any] | None]:
    """What the running Python says of trees."""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", REAL],
        input=json.dumps([str(root) for root in roots]),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(("null", '["', '["'))]


def in_pyodide(trees: list[dict[str, str]], python: str, folder: Path) -> list[list[Any] | None]:
    """What Pyodide says of trees, all of them in one process."""
    uploads = []
    for at, files in enumerate(trees):
        Mounted(str(folder / str(at)), readers(files))
        what = analysed(files, python)[0]._replace(modules=())
        uploads.append((str(folder / str(at)), what))
    told = pyodide.run(uploads, python=python, folder=str(tools.pyodide(PYODIDES[python])), timeout=30.0)
    found: list[list[Any] | None] = []
    for (_, what), files, each in zip(uploads, trees, told, strict=True):
        real = proof(what, each, Modules(readers(files)), runtime="pyodide", python=python)
        first = next(iter(real.problems), None)
        found.append(None if first is None else [first.importer, first.line, first.error, first.message])
    return found


def wrong(numbers: range, python: str, folder: Path) -> list[str]:
    """The trees of which the analysis and a Python ("" for the running one) say different things."""
    trees = [tree(random.Random(each)) for each in numbers]
    if python:
        reals = in_pyodide(trees, python, folder)
    else:
        roots = [folder / str(each) for each in numbers]
        for root, files in zip(roots, trees, strict=True):
            write(files, root)
        reals = in_python(roots)
    found = []
    for number_, files, real in zip(numbers, trees, reals, strict=True):
        if said := differs(real, analysed(files, python or RUNNING)[1], files):
            found.append(f"{number_}: {said}")
    return found


def by_hand(count: int, seed: int, python: str = "") -> int:
    numbers = range(seed * 1_000_000, seed * 1_000_000 + count)
    with tempfile.TemporaryDirectory() as folder:
        found = wrong(numbers, python, Path(folder).resolve())
    print(*found, f"{len(found)} of {count} differ", sep="\n")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(by_hand(int(sys.argv[1]), int(sys.argv[2]), "".join(sys.argv[4:5])))
