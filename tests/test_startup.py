"""`edgewheel startup`: what deferring saves, the rules, the reports; a real measurement where Node is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests import browser, tools

from edgewheel.findings import Place
from edgewheel.reports import startup, startup_html
from edgewheel.rules.ew4.slow_start import slow_start
from edgewheel.rules.ew4.slower_start import slower_start
from edgewheel.rules.ew4.started import Before, Started
from edgewheel.runtime.startup import Cost, ImportRun, PackageCost, Start, savings, spread
from edgewheel.sources.deferred import without

if TYPE_CHECKING:
    from pathlib import Path

#: main imports a and b; a and b import c; only a imports d.
EDGES = (
    ImportRun("main", "main.py", 1, "a"),
    ImportRun("main", "main.py", 2, "b"),
    ImportRun("a", "python_modules/a.py", 1, "c"),
    ImportRun("a", "python_modules/a.py", 2, "d"),
    ImportRun("b", "python_modules/b.py", 1, "c"),
)
OWN = {"main": 1.0, "a": 10.0, "b": 20.0, "c": 40.0, "d": 80.0}
START = Start(
    python="3.14",
    main="main",
    cpu_ms=1200.0,
    spread=0.02,
    runs=(1200.0, 1210.0, 1220.0),
    python_ms=2000.0,
    imports=(
        Cost("main", 10.0, 1200.0, "main", "", 0),
        Cost("heavy", 900.0, 1100.0, "heavy", "main.py", 3, 0, 1100.0, 5),
        Cost("heavy.part", 200.0, 200.0, "heavy", "main.py", 3, 1),
        Cost("light", 90.0, 90.0, "light", "main.py", 4, 0, 90.0, 5),
    ),
    packages=(PackageCost("heavy", 1100.0, 2, 5), PackageCost("light", 90.0, 1, 5), PackageCost("main", 10.0, 1, 0)),
    memory=45 * 2**20,
)


def started(budget: float = 1000.0, growth: str = "", before: Before | None = None) -> Started:
    return Started(
        START, budget, growth, before, "f.json", lambda name: f"/w/src/{name}", Place("/w/wrangler.toml", 2, 1)
    )


def test_what_only_one_statement_brings() -> None:
    assert savings("main", EDGES, OWN) == {("main.py", 1): 90.0, ("main.py", 2): 20.0}


def test_one_statement_of_two_for_the_same_saves_nothing() -> None:
    edges = (*EDGES, ImportRun("main", "main.py", 3, "a.x"))
    assert savings("main", edges, OWN)["main.py", 1] == 0.0


@pytest.mark.parametrize(("runs", "expected"), [((100.0, 104.0, 102.0), (102.0, 4 / 102)), ((100.0,), (100.0, 0.0))])
def test_spread(runs: tuple[float, ...], expected: tuple[float, float]) -> None:
    assert spread(runs) == expected


@pytest.mark.parametrize(
    ("source", "line", "expected"),
    [
        (b"import a\nimport b\n", 2, b"import a\npass\n"),
        (b"from a import (\n    b,\n    c,\n)\nX = 1\n", 2, b"pass\n\n\n\nX = 1\n"),
        (b"if 1:\n    import a; X = 2\n", 2, b"if 1:\n    pass; X = 2\n"),
        (b"X = 1\n", 1, None),
        (b"import (\n", 1, None),
    ],
)
def test_a_statement_taken_out(source: bytes, line: int, expected: bytes | None) -> None:
    assert without(source, line) == expected


def test_over_the_budget() -> None:
    (found,) = slow_start(started())
    assert found.message == (
        "the start takes 1,200 ms of CPU: more than the budget of 1,000 ms. Most by: `heavy` 1,100 ms, `light` 90 ms"
    )
    assert (found.place, found.fix) == (Place("/w/src/main.py", 3, 1), "import `heavy` in the function that needs it")
    assert not list(slow_start(started(1200.0)))


def test_slower_than_before() -> None:
    before = Before(50.0, 1000.0, {"light": 45.0})
    (found,) = slower_start(started(growth="10%", before=before))
    assert found.message == (
        "the start takes 1,200 ms of CPU, 1,100 ms more than the baseline (100 ms): more than `growth = 10%`. "
        "Most by `heavy` (new, 1,100 ms)"
    )
    assert found.place == Place("/w/src/main.py", 3, 1)
    assert not list(slower_start(started(growth="1200 ms", before=before)))
    assert not list(slower_start(started(growth="10%", before=Before(600.0, 1000.0, {}))))
    assert not list(slower_start(started(growth="10%")))


def test_reports() -> None:
    given = startup.MeasuredStart(started(), (), tuple(slow_start(started())), os.path.abspath)
    lines = list(startup.text(given))
    assert lines[0].startswith("`main` on Python 3.14: 1,200 ms of CPU, over the budget of 1,000 ms")
    assert "   1,100.0  main.py:3: heavy" in lines
    assert startup.record(given)["imports"][1] == {
        "module": "heavy",
        "self_ms": 900.0,
        "total_ms": 1100.0,
        "package": "heavy",
        "path": "main.py",
        "line": 3,
        "saves_ms": 1100.0,
    }
    assert "| `main.py:3` | `heavy` | 1,100.0 |" in list(startup.markdown(given))
    page = startup_html.render([given])
    assert "http" not in page.replace("http-equiv", "")
    assert '"main":"main"' in page


#: What has the focus, whether a ring shows it, and what the line below the picture says of it.
FOCUS = """(() => {
  const at = document.activeElement, style = getComputedStyle(at), said = document.querySelector('.detail').textContent;
  return [at.textContent, style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2, said.split(':')[0]];
})()"""


@pytest.mark.parametrize("width", [1280, 400])
def test_the_flame_graph_by_keyboard(tmp_path: Path, width: int) -> None:
    shown = "src/a/long/path/below/the/current/folder/with/many/names/before/main.py"
    given = startup.MeasuredStart(started(), (), (), lambda name: f"{shown}/{name}")
    file = tmp_path / "start.html"
    file.write_text(startup_html.render([given]))
    steps = [
        ("Tab", "main"),
        ("ArrowDown", "heavy"),
        ("ArrowRight", "light"),
        ("ArrowRight", "light"),
        ("ArrowLeft", "heavy"),
        ("ArrowDown", "heavy.part"),
        ("ArrowUp", "heavy"),
        (" ", "heavy"),
        ("ArrowUp", "heavy"),
        ("ArrowDown", "heavy.part"),
        ("Enter", "heavy.part"),
        ("Escape", "heavy"),
        ("Escape", "main"),
        ("Escape", "main"),
    ]
    with browser.page(file, width=width) as page:
        for key, name in steps:
            page.press(key)
            page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            text, ring, said = page.run(FOCUS)
            assert (text in {name, ""}, ring, said) == (True, True, name), key
        page.press("ArrowDown")
        page.resize(width - 60, 900)
        page.wait_for(f"document.querySelector('.flame').firstElementChild.offsetWidth < {width - 60}")
        assert page.run(FOCUS)[2] == "heavy"
        page.press("Tab")  # one stop for the whole picture
        assert page.run("document.activeElement.closest('.flame')") is None
        assert page.run("document.documentElement.scrollWidth") <= width - 60
        assert page.problems == []


LIGHT = """\
from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        import busy

        return Response(str(busy.at))
"""
HEAVY = LIGHT.replace("from workers", "import busy\n\nfrom workers").replace("        import busy\n\n", "")


@pytest.mark.oracle
def test_a_commit_that_makes_the_start_slower(tmp_path: Path) -> None:
    """With the baseline in the repository, a heavy import at module level fails with its line; moved back, it passes,
    and `preflight` says the same.
    """
    node = tools.node()
    cache = tmp_path / "cache"
    (cache / "runtimes").mkdir(parents=True)
    (cache / "runtimes" / "pyodide-314.0.7").symlink_to(tools.pyodide("314.0.7"))
    path = os.pathsep.join([str(node.parent), os.environ["PATH"]])
    environment = {**os.environ, "EDGEWHEEL_CACHE_DIR": str(cache), "PATH": path}
    root = tmp_path / "repository"
    root.mkdir()

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)

    def commit(main: str) -> None:
        (root / "main.py").write_text(main)
        git = ("git", "-c", "user.name=a", "-c", "user.email=a@b.c")
        for done in (run("git", "add", "-A"), run(*git, "commit", "-qm", "a commit")):
            assert done.returncode == 0, done.stderr

    def startup(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-m", "edgewheel", "startup", *arguments)

    run("git", "init", "-q")
    (root / "wrangler.toml").write_text(
        'name = "w"\nmain = "main.py"\ncompatibility_date = "2026-10-01"\ncompatibility_flags = ["python_workers"]\n'
    )
    (root / "busy.py").write_text("for at in range(2_000_000):\n    pass\n")
    (root / "main.py").write_text(LIGHT)
    saved = startup("--save-baseline", "edgewheel-startup.json", "--budget", "60000")
    assert saved.returncode == 0, saved.stdout + saved.stderr
    commit(LIGHT)
    commit(HEAVY)
    done = startup("--format", "json", "--budget", "60000")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    told = [(each["code"], each["path"], each["line"], each["fix"]) for each in found["findings"]]
    assert told == [("EW408", "main.py", 1, "import `busy` in the function that needs it")]
    (busy,) = (each for each in found["imports"] if each["module"] == "busy")
    assert busy["saves_ms"] == busy["self_ms"] > 50
    preflight = run(sys.executable, "-m", "edgewheel", "preflight", "--format", "json")
    assert "EW408" in preflight.stdout
    assert preflight.returncode == 1
    commit(LIGHT)
    cured = startup("--budget", "60000")
    assert (cured.returncode, "EW408" in cured.stdout) == (0, False), cured.stdout
    again = json.loads(run(sys.executable, "-m", "edgewheel", "preflight", "--format", "json").stdout)
    assert [each["result"] for each in again["steps"] if each["step"] == "startup"] == ["passed"]
