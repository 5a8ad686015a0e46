"""The HTML report: one harmless file, and how it behaves in a real browser."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from tests import browser
from tests.projects import write

from edgewheel.cli import main

if TYPE_CHECKING:
    from pathlib import Path

EVIL = 'core/<script>window.evil = 1<!-- "&{{data}}.py'
CONFIG = """\
name = "t"
main = "main.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]
[[rules]]
type = "Text"
globs = ["**/*.md", "docs/**/*.md"]
fallthrough = true
"""
SITE = "lib/python3.14/site-packages"


def vendored(top: str) -> dict[str, str]:
    return {
        f"{top}/idna/__init__.py": "",
        f"{top}/idna/core.py": "i" * 20_000,
        f"{top}/idna/data.txt": "d" * 9_000,
        f"{top}/idna-3.1.dist-info/METADATA": "m" * 3_000,
        f"{top}/six.py": "s" * 15_000,
        f"{top}/dataclasses.py": "d" * 5_000,
    }


FILES = {
    "wrangler.toml": CONFIG,
    "pyproject.toml": '[project]\nname = "t"\n[tool.edgewheel.size]\nbudget = "100 KiB"\n',
    "main.py": "m" * 3_000,
    EVIL: "e" * 4_000,
    "core/</script><b class=evil>.py": "e" * 4_000,
    "core/__init__.py": "",
    "docs/guide.md": "# guide",
    "tests/test_core.py": "t" * 6_000,
    **vendored("python_modules"),
    **vendored(f".venv-workers/{SITE}"),
    **vendored(f".venv-workers/pyodide-venv/{SITE}"),
    f".venv/{SITE}/pytest/__init__.py": "p" * 12_000,
    f".venv/{SITE}/six.py": "s" * 15_000,
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = write(tmp_path_factory.mktemp("html"), FILES)
    file = top.parent / "report.html"
    baseline = top.parent / "baseline.json"
    assert main(["bundle", str(top), "--save-baseline", str(baseline), "--format", "json", "--output", str(file)]) == 0
    (top / "tests/test_core.py").unlink()
    write(top, {"python_modules/boto/client.py": "b" * 30_000})
    assert main(["bundle", str(top), "--baseline", str(baseline), "--format", "html", "--output", str(file)]) == 0
    return file


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.data = ""
        self._in_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        self._in_data = dict(attrs).get("id") == "data"

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data += data

    def handle_endtag(self, tag: str) -> None:
        self._in_data &= tag != "script"


def test_one_file_and_no_name_is_markup(report: Path) -> None:
    reader = Reader()
    reader.feed(report.read_text("utf-8"))
    assert reader.tags.count("script") == 2
    assert "b" not in reader.tags
    assert reader.links == ["data:,"]
    assert "http" not in report.read_text("utf-8").replace("http-equiv", "")
    data = json.loads(reader.data)
    names = [module[0] for tree in data["trees"] for package in tree["packages"] for module in package["modules"]]
    assert EVIL in names


def test_what_the_pictures_show(report: Path) -> None:
    reader = Reader()
    reader.feed(report.read_text("utf-8"))
    data = json.loads(reader.data)
    assert sum(tree["size"] for tree in data["trees"]) == data["total"]
    assert {tree["name"].rpartition("/")[2] for tree in data["trees"]} == {
        "python_modules",
        ".venv",
        ".venv-workers",
        "pyodide-venv",
        "html0 (module root)",
    }
    assert [(word, name) for word, name, _, _ in data["changes"]] == [
        ("came", "python_modules/boto"),
        ("went", "tests"),
    ]
    carried = data["carried"]
    rows = {name: (sum(cell is not None for cell in cells), imported) for name, cells, imported in carried["rows"]}
    assert rows["six"] == (4, 1)
    assert rows["idna"] == (3, 1)
    assert rows["dataclasses"] == (3, -2)
    assert rows["core"] == (1, 0)
    assert rows["pytest"] == (1, -1)
    assert [column["uploaded"] > 0 for column in carried["columns"]] == [True] * 5


@pytest.mark.oracle
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 740)])
@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(15, 19, 24)")])
def test_renders_without_a_complaint(report: Path, width: int, height: int, scheme: str, paper: str) -> None:
    with browser.page(report, width=width, height=height, dark=scheme == "dark") as page:
        assert page.run("document.querySelectorAll('#map .tile').length") > 5
        assert page.run("document.querySelectorAll('#matrix tbody tr').length") == 3
        assert page.run("document.documentElement.scrollWidth") == width
        assert page.run("getComputedStyle(document.body).backgroundColor") == paper
        assert page.run(CONTRAST) >= 4.5
        assert page.run("window.evil === undefined && document.querySelector('.evil') === null")
        assert page.requests == [report.as_uri()]
        assert page.problems == []


#: The least contrast of a tile's text to its colour, by WCAG's formula.
CONTRAST = """
(() => {
  const parts = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const bright = (color) => parts(color).map(linear)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  return Math.min(...[...document.querySelectorAll(".tile")].map((tile) => {
    const [one, other] = ["color", "backgroundColor"].map((name) => bright(getComputedStyle(tile)[name]));
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }));
})()
"""
ROWS = "[...document.querySelectorAll('#list tbody th')].map((cell) => cell.firstChild.textContent)"
FOCUSED = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName"


@pytest.mark.oracle
def test_a_click_on_a_package_shows_its_modules(report: Path) -> None:
    with browser.page(report) as page:
        page.click("#map .tile[aria-label^='idna,']")
        page.wait_for("location.hash.length > 1")
        assert page.run("document.querySelector('#path [aria-current]').textContent") == "idna"
        names = page.run(ROWS)
        assert [name.rpartition("/")[2] for name in names] == ["core.py", "data.txt", "METADATA", "__init__.py"]
        assert page.run("document.querySelectorAll('#map .tile').length") == 3
        page.click("#map .tile[aria-label*='data.txt']")
        assert "type" in page.run("document.getElementById('detail').textContent")
        page.click("#path .link")
        page.wait_for("location.hash === '' || location.hash === '#'")
        assert len(page.run(ROWS)) == 5
        assert page.problems == []


@pytest.mark.oracle
def test_everything_is_reached_with_the_keyboard(report: Path) -> None:
    with browser.page(report) as page:
        page.press("Tab")
        assert page.run("document.activeElement.closest('#map') !== null")
        first = page.run(FOCUSED)
        page.press("ArrowRight")
        assert page.run(FOCUSED) != first
        page.press("ArrowLeft")
        assert page.run(FOCUSED) == first
        page.press("Enter")
        page.wait_for("location.hash.length > 1")
        assert page.run("document.activeElement.closest('#map') !== null")
        page.press("ArrowDown")
        page.press("Enter")
        page.wait_for("location.hash.includes('.')")
        opened = page.run("document.querySelector('#path [aria-current]').textContent")
        page.press("Escape")
        page.wait_for("!location.hash.includes('.')")
        assert page.run(FOCUSED).startswith(f"{opened},")
        page.press("Tab")
        assert page.run("document.activeElement.id") == "find"
        page.press("Escape")
        page.press("Tab")
        page.press("Enter")
        page.wait_for("location.hash.includes('.')")
        assert page.problems == []


@pytest.mark.oracle
def test_find_and_only_overlaps(report: Path) -> None:
    with browser.page(report) as page:
        page.run(
            "(() => { const find = document.getElementById('find'); find.value = 'SIX';"
            " find.dispatchEvent(new Event('input')); })()"
        )
        assert sorted(name.rpartition("/")[2] for name in page.run(ROWS)) == ["six"] * 4 + ["six.py"] * 4
        assert page.run("document.getElementById('list-title').textContent") == "8 matches"
        page.click("#overlap")
        assert page.run("document.querySelectorAll('#matrix tbody tr').length") > 4
        assert page.problems == []


@pytest.mark.oracle
def test_ten_thousand_modules_stay_quick(tmp_path: Path) -> None:
    top = write(
        tmp_path / "w", {"wrangler.toml": CONFIG.replace('"main.py"', '"src/main.py"'), "src/main.py": "pass\n"}
    )
    write(top, {f"python_modules/p{n % 7}/m{n}.py": "x" * (n % 997 + 1) for n in range(10_000)})
    file = tmp_path / "report.html"
    assert main(["bundle", str(top), "--format", "html", "--output", str(file)]) == 0
    assert file.stat().st_size < 2_000_000
    with browser.page(file) as page:
        assert 7 < page.run("document.querySelectorAll('#map .tile').length") < 3_000
        page.click("#map .tile[aria-label^='p1,']")
        page.wait_for("location.hash.length > 1")
        assert page.run("document.querySelectorAll('#list tbody tr').length") == 50
        assert page.run("document.querySelectorAll('*').length") < 6_000
        assert page.problems == []
