"""The prediction as text, on a terminal, as Markdown; kinds of modules and who carries what."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from edgewheel.reports import bundle_markdown, bundle_rich, bundle_text
from edgewheel.reports.bundle_tables import Report
from edgewheel.reports.kinds import APP, DUPLICATED, SWEPT, VENDORED, parts
from edgewheel.repository.settings import Settings
from edgewheel.wrangler.baseline import changes, of
from edgewheel.wrangler.collect import Module, Upload
from edgewheel.wrangler.limits import Limit, limits, warn_share
from edgewheel.wrangler.sizes import human

OUTSIDE = "part of .venv, which the runtime does not look into"
SITE = ".venv/lib/python3.12/site-packages"


def upload(*listed: tuple[str, int], main: str = "main.py") -> Upload:
    modules = [Module(name, "python", size, f"/w/{name}") for name, size in listed]
    first = Module(main, "python", 1000, f"/w/{main}")
    form = {first.name: first, **{module.name: module for module in modules}}
    return Upload(
        "4.164.0",
        "/w/wrangler.toml",
        None,
        f"/w/{main}",
        "/w",
        modules=tuple(form.values()),
        listed=tuple(modules),
        attached=len(modules),
        total_bytes=1000 + sum(module.size for module in modules),
    )


LIMIT = Limit("4 KiB uncompressed, the platform's limit since 2026-09-04", 4096, gzip=False)
EVIL = "src/</script><b>|`\x1b[31m\u202e.py"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 KiB"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (102_300, "99.9 KiB"),
        (102_400, "100 KiB"),
        (1_023_487, "999 KiB"),
        (1_023_489, "1 MiB"),
        (67_108_864, "64 MiB"),
        (-2048, "-2 KiB"),
        (5 << 40, "5120 GiB"),
    ],
)
def test_human_sizes(size: int, words: str) -> None:
    assert human(size) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (
            "2025-06-01",
            [
                "3 MiB gzip, the platform's limit on the free plan since 2024-12-01",
                "10 MiB gzip, the platform's limit on the paid plan since 2024-12-01",
                "64 MiB uncompressed, the platform's limit since 2025-05-23",
            ],
        ),
        ("2026-09-03", None),
        ("2026-09-04", ["64 MiB uncompressed, the platform's limit since 2026-09-04"]),
    ],
)
def test_limits_of_a_day(day: str, words: list[str] | None) -> None:
    found = [limit.words for limit in limits(Settings(), today=day)]
    assert found == words if words is not None else len(found) == 3


def test_own_budgets_come_first() -> None:
    settings = Settings(budget="58 MiB", gzip_budget="25 MB", warn_at="72.5%")
    assert [(each.words, each.size, each.gzip) for each in limits(settings, today="2026-11-20") if each.own] == [
        ("58 MiB uncompressed, this project's `budget`", 58 << 20, False),
        ("25 MB gzip, this project's `gzip-budget`", 25_000_000, True),
    ]
    assert warn_share(settings) == 0.725


def test_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getcwd", lambda: "/w")
    before = of(upload(("core/a.py", 500), ("python_modules/six.py", 10)))
    now = upload(("core/a.py", 3500), ("python_modules/idna/x.py", 20))._replace(
        duplicate_warnings=("x.txt (text)",), warnings=("odd\n  rule", "odd\n  rule")
    )
    report = Report(now, (LIMIT,), 0.8, "", 900, before, changes(before, of(now)))
    assert list(bundle_text.render(report)) == [
        "main.py and 2 more modules: 4.41 KiB, about 900 B gzip, by wrangler 4.164.0",
        "  110.4 % of 4 KiB uncompressed, the platform's limit since 2026-09-04 OVER",
        "  +2.9 KiB since the baseline",
        "",
        "   size  of 4 KiB  modules  tree",
        "4.4 KiB   109.9 %        2  module root",
        "   20 B     0.5 %        1  python_modules",
        "",
        "   size  of 4 KiB  modules  package",
        "3.4 KiB    85.4 %        1  core",
        "  1 KiB    24.4 %        1  main",
        "   20 B     0.5 %        1  python_modules/idna",
        "",
        "   size  of 4 KiB    type  module",
        "3.4 KiB    85.4 %  python  core/a.py",
        "  1 KiB    24.4 %  python  main.py",
        "   20 B     0.5 %  python  python_modules/idna/x.py",
        "",
        "what        by  before      now  package",
        "grew  +2.9 KiB   500 B  3.4 KiB  core",
        "came     +20 B     0 B     20 B  python_modules/idna",
        "went     -10 B    10 B      0 B  python_modules/six",
        "",
        "wrangler will ignore 1 duplicate module:",
        "  x.txt (text)",
        "",
        "wrangler will warn: odd",
        "  rule",
    ]


def test_text_without_a_limit_or_a_module() -> None:
    report = Report(upload(main="m.py")._replace(modules=(), total_bytes=0))
    assert len(list(bundle_text.render(report))) == 1


def test_long_tables_are_cut_unless_asked_for() -> None:
    many = upload(*((f"p{n:02}/a/b.py", 100 + n) for n in range(30)))
    survey = list(bundle_text.render(Report(many, (LIMIT,))))
    assert survey.count("and 21 more: --by package lists all") == 1
    assert survey.count("and 21 more: --by module lists all") == 1
    whole = list(bundle_text.render(Report(many, (LIMIT,), by="module")))
    assert whole[-30:] == [
        f"{human(100 + n):>5}     {(100 + n) / 40.96:.1f} %  python  p{n:02}/a/b.py" for n in range(30)
    ]
    assert "package" not in "".join(whole)


@pytest.mark.parametrize("width", [80, 40, 200])
def test_terminal_keeps_every_name_and_its_width(width: int) -> None:
    long = "infrastructure/" * 12 + "the_end_of_it.py"
    before = of(upload())
    now = upload((long, 3000), (EVIL, 50))
    report = Report(now, (LIMIT,), 0.8, "", None, before, changes(before, of(now)))
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, color_system=None).print(
        bundle_rich.render(report, width=width)
    )
    lines = out.getvalue().splitlines()
    assert max(len(line) for line in lines) <= width
    assert "\x1b" not in out.getvalue().replace("\x1b[0m", "").replace("\x1b[1m", "").replace("\x1b[2m", "")
    names = "".join(line.rstrip().rpartition(" ")[2] for line in lines)
    assert names.count("infrastructure/" * 12 + "the_end_of_it.py") == 1


def test_colours_only_where_they_are_wanted() -> None:
    report = Report(upload(("a.py", 3000)), (LIMIT,), 0.8)
    out = io.StringIO()
    Console(file=out, width=80, force_terminal=True, color_system="standard", no_color=True).print(
        bundle_rich.render(report)
    )
    assert "\x1b[3" not in out.getvalue()


def test_markdown_is_harmless_whatever_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getcwd", lambda: "/w")
    before = of(upload())
    now = upload((EVIL, 50))
    text = bundle_markdown.render(Report(now, (LIMIT,), 0.8, "", None, before, changes(before, of(now))))
    assert text.splitlines()[:12] == [
        "### Worker upload: 1.03 KiB",
        "",
        "<code>main.py</code> and 1 more module, by wrangler 4.164.0.",
        "",
        "* 25.6 % of 4 KiB uncompressed, the platform's limit since 2026-09-04",
        "* +50 B since the baseline",
        "",
        "| package | what | by | before | now |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| <code>src.&lt;</code> | came | +50 B | 0 B | 50 B |",
        "",
        "<details><summary>by tree</summary>",
    ]
    assert "<b>" not in text
    assert "</script>" not in text
    assert "<code>src/&lt;/script&gt;&lt;b&gt;&#124;&#96;\\x1b[31m\\u202e.py</code>" in text


def test_kinds() -> None:
    one = upload(
        ("core/a.py", 1),
        ("tests/test_a.py", 2),
        ("core/__pycache__/a.cpython-312.pyc", 3),
        ("idna.py", 4),
        (f"{SITE}/idna.py", 5),
        ("python_modules/idna.py", 6),
        ("python_modules/six.py", 7),
        ("python_modules/twice.py", 8),
        ("python_modules/twice.py", 8),
        ("node_modules/gyp/x.py", 9),
        ("python_modules/pkg/tests/test_x.py", 10),
    )
    found = {part.module.name: (part.kind, part.size, part.note) for part in parts(one)}
    assert found == {
        "main.py": (APP, 1000, ""),
        "core/a.py": (APP, 1, ""),
        "tests/test_a.py": (SWEPT, 2, "tests: not needed by a Worker"),
        "core/__pycache__/a.cpython-312.pyc": (SWEPT, 3, "caches: not needed by a Worker"),
        "idna.py": (DUPLICATED, 4, "never imported: python_modules/idna.py comes first"),
        f"{SITE}/idna.py": (
            SWEPT,
            5,
            f"{OUTSIDE}; also in the upload as idna.py, python_modules/idna.py",
        ),
        "python_modules/idna.py": (VENDORED, 6, f"the copy that is imported; 2 others: idna.py, {SITE}/idna.py"),
        "python_modules/six.py": (VENDORED, 7, ""),
        "python_modules/twice.py": (DUPLICATED, 16, "wrangler lists it 2 times, and its size counts 2 times"),
        "node_modules/gyp/x.py": (SWEPT, 9, "part of node_modules, which the runtime does not look into"),
        "python_modules/pkg/tests/test_x.py": (VENDORED, 10, ""),
    }
    assert sum(size for _, size, _ in found.values()) == one.total_bytes
