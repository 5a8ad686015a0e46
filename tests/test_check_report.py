"""What `check` shows: one block a cause, baselines, statistics, output files, environments."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.projects import write

from edgewheel import cli
from edgewheel.documents import extent
from edgewheel.findings import Cause, Finding, Place
from edgewheel.reports import github, markdown, text
from edgewheel.reports.blocks import blocks

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = (
    'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2026-09-08"\ncompatibility_flags = ["python_workers"]\n'
)
MAIN = "from workers import WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n    pass\n"
#: One wrong main: every import of `src` fails. `[build.upload]` is another cause.
WRONG = {
    "wrangler.toml": CONFIG + "\n[build.upload]\nformat = 'modules'\n",
    "src/main.py": "".join(f"from src.m{n} import x\n" for n in range(5)) + MAIN,
    **{f"src/m{n}.py": "x = 1\n" for n in range(5)},
}


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, WRONG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["check", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def record(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(check(capsys, "--format", "json", *arguments)[1])
    return whole


@pytest.mark.usefixtures("worker")
def test_one_cause_is_one_block_at_the_place_to_edit(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = check(capsys)
    lines = out.splitlines()
    assert code == 1
    assert lines[0] == (
        "wrangler.toml:2: EW203 main is `src/main.py`, so names begin below `src/` on Workers: imports that go through "
        "the folder `src` fail there"
    )
    assert lines[1] == "    5 findings with this cause: src/main.py:1, src/main.py:2, src/main.py:3 and 2 more"
    assert lines[2] == "    fix: edgewheel init --write, or by hand:"
    assert [line for line in lines if " EW" in line][1].startswith("wrangler.toml:6: EW301")
    assert lines[-1] == "6 errors, 0 warnings in 1 Worker"


@pytest.mark.usefixtures("worker")
def test_all_lists_each(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = check(capsys, "--all")
    assert [line.partition(": EW203")[0] for line in out.splitlines() if "EW203" in line] == [
        f"src/main.py:{line}" for line in range(1, 6)
    ]
    assert "with this cause" not in out


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(("form", "mark"), [("github", "::error"), ("markdown", "| `")])
def test_every_form_for_people_shows_causes(form: str, mark: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, number in ((), 2), (("--all",), 6):
        out = check(capsys, "--format", form, *arguments)[1]
        assert sum(line.startswith(mark) for line in out.splitlines()) == number
    assert "5 findings with this cause" in check(capsys, "--format", form)[1]


def test_machines_get_each_with_its_cause(worker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = record(capsys)["findings"]
    assert len(found) == 6
    causes = [each["cause"] for each in found if each["code"] == "EW203"]
    assert len(set(causes)) == 1
    assert causes[0] not in [each["cause"] for each in found if each["code"] != "EW203"]
    first = found[0]
    assert {name: first[name] for name in ("path", "line", "column", "end_line", "end_column", "url")} == {
        "path": "src/main.py",
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": len("from src.m0 import x") + 1,
        "url": "https://github.com/edgewheel/edgewheel/blob/main/docs/rules/EW203.md",
    }
    sarif = json.loads(check(capsys, "--format", "sarif")[1])["runs"][0]["results"]
    assert [each["properties"]["cause"] for each in sarif] == [each["cause"] for each in found]
    # in another folder and with other lines before them, the same
    (worker / "src/main.py").write_text("# a comment\n" + WRONG["src/main.py"])
    assert [each["cause"] for each in record(capsys)["findings"]] == [each["cause"] for each in found]


def finding(code: str, path: str, line: int, fix: str, cause: Cause) -> Finding:
    return Finding(f"`{path}` is wrong", Place(f"/w/{path}", line, 1), fix, "error", code, "/w", cause=cause)


def test_blocks() -> None:
    shared, other = Cause(Place("/w/z.toml", 3), "all wrong", "a"), Cause(Place("/w/b.py", 1), "", "b")
    found = [
        finding("EW203", "a.py", 1, "do", shared)._replace(level="warning"),
        finding("EW203", "b.py", 1, "do it", other),
        finding("EW205", "c.py", 9, "do", shared),
    ]
    one, two = blocks(found)
    assert (one.head, one.members, text.places(one)) == (found[1], (found[1],), "")
    assert two.members == (found[0], found[2])
    assert (two.head.place, two.head.level, two.head.message) == (Place("/w/z.toml", 3), "error", "all wrong")
    assert text.places(two).startswith("2 findings (EW203, EW205) with this cause: ")
    assert len(list(text.findings(found))) == 5
    assert len(list(text.findings(found, each_one=True))) == 6
    assert len(list(github.findings(found))) == 2
    assert len(list(markdown.findings(found))) == 4


@pytest.mark.parametrize(
    ("line", "column", "literal", "end"),
    [
        ("import x  # why", 1, False, 9),
        ("    import x", 5, False, 13),
        ('x = "a#b"  # c', 1, False, 10),
        ('globs = ["a", "b"]', 10, True, 13),
        ("key = 'a'  # c", 1, True, 10),
        ('  "main": "a.py",', 3, True, 9),
        ('"open', 1, True, 6),
        ("", 1, True, 1),
        ("x", 9, False, 9),
    ],
)
def test_where_a_place_ends(line: str, column: int, literal: bool, end: int) -> None:  # noqa: FBT001
    assert extent.end(line, column, literal=literal) == end


def test_adopt_today_and_fix_later(worker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = check(capsys, "--save-baseline", "known.json")
    assert (code, out) == (0, "6 findings saved: `edgewheel check --baseline known.json` reports only new ones\n")
    assert check(capsys, "--baseline", "known.json") == (0, "no findings in 1 Worker; 6 in the baseline\n", "")
    # lines shift, nothing is new
    (worker / "src/main.py").write_text("# one\n# more\n" + WRONG["src/main.py"])
    assert check(capsys, "--baseline", "known.json")[0] == 0
    # what is new is reported, and an equal one more than there were
    (worker / "src/m1.py").write_text("from src.m2 import x\n")
    (worker / "src/main.py").write_text("from src.m0 import x\n" + WRONG["src/main.py"])
    code, out, _ = check(capsys, "--baseline", "known.json", "--all")
    assert code == 1
    assert [line.partition(": EW")[0] for line in out.splitlines() if " EW" in line] == ["src/m1.py:1", "src/main.py:2"]
    # what is fixed is said
    (worker / "wrangler.toml").write_text(CONFIG)
    assert check(capsys, "--baseline", "known.json")[1].splitlines()[-1] == (
        "2 errors, 0 warnings in 1 Worker; 5 in the baseline; 1 of the baseline fixed: save it again"
    )
    found = record(capsys, "--baseline", "known.json")
    assert (len(found["findings"]), found["baseline"]) == (2, {"known": 5, "gone": 1})


@pytest.mark.parametrize("broken", ["", "[]", '{"edgewheel": 2, "findings": []}', '{"edgewheel": 1, "findings": [1]}'])
def test_what_is_not_a_baseline(broken: str, worker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (worker / "known.json").write_text(broken)
    code, out, err = check(capsys, "--baseline", "known.json")
    assert (code, out) == (2, "")
    assert "`known.json` is not a baseline" in err
    assert "--save-baseline nowhere.json" in check(capsys, "--baseline", "nowhere.json")[2]


@pytest.mark.usefixtures("worker")
def test_a_baseline_beside_json_leaves_stdout_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys, "--save-baseline", "a.json", "--baseline", "a.json", "--format", "json")
    assert (code, json.loads(out)["findings"]) == (0, [])
    assert err.startswith("6 findings saved")


@pytest.mark.usefixtures("worker")
def test_statistics(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = check(capsys, "--statistics")
    assert code == 1
    assert [line.split() for line in out.splitlines()[1:-1]] == [
        ["5", "EW203", "import-not-in-upload"],
        ["1", "EW301", "ignored-upload-settings"],
    ]
    assert record(capsys, "--statistics")["statistics"][0] == {
        "code": "EW203",
        "name": "import-not-in-upload",
        "count": 5,
    }
    assert check(capsys, "--statistics", "--format", "sarif")[0] == 2


def test_exit_zero_quiet_and_a_file(worker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, "--exit-zero")[0] == 0
    loud, quiet = check(capsys)[1], check(capsys, "-q")[1]
    assert loud == quiet + "6 errors, 0 warnings in 1 Worker\n"
    code, out, _ = check(capsys, "--output-file", "report.txt")
    assert (code, out) == (1, "")
    assert (worker / "report.txt").read_text() == loud
    code, out, _ = check(capsys, "--output-file", "report.json", "--format", "json")
    assert json.loads((worker / "report.json").read_text()) == record(capsys)
    assert check(capsys, "--output-file", "no/such/folder.txt")[0] == 2
    write(worker, {"wrangler.toml": CONFIG, "src/main.py": MAIN})
    assert check(capsys, "-q") == (0, "", "")


def test_an_environment_of_some_workers(worker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(worker, {"a/wrangler.toml": CONFIG + "[env.prod]\n", "a/src/main.py": MAIN})
    write(worker, {"b/wrangler.toml": CONFIG, "b/src/main.py": MAIN})
    code, out, _ = check(capsys, "a", "b", "--env", "prod")
    assert (code, out) == (0, "passed over, without the environment `prod`: b\nno findings in 1 Worker\n")
    assert record(capsys, "a", "b", "--env", "prod") == {"findings": [], "workers": ["a"], "passed_over": ["b"]}
    code, out, err = check(capsys, "a", "--env", "dev")
    assert (code, out) == (2, "")
    assert "has no environment `dev` (it has `prod`)" in err
    assert "none of the 2 Workers has an environment `dev`" in check(capsys, "a", "b", "--env", "dev")[2]


@pytest.mark.parametrize(("select", "most"), [("EW301", 60), ("EW3", 90), ("EW201,EW202", 60)])
def test_a_selection_loads_what_it_needs(select: str, most: int, tmp_path: Path) -> None:
    """Modules of edgewheel in `sys.modules` after a run on a clean Worker."""
    write(tmp_path, {"wrangler.toml": CONFIG, "src/main.py": MAIN})
    code = (
        "import sys; from edgewheel import cli\n"
        f"assert cli.main(['check', '--select', '{select}']) == 0\n"
        "print(sum(name.partition('.')[0] == 'edgewheel' for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(done.stdout.splitlines()[-1]) <= most
