"""Reading a wheel, and the rules that judge one: tables of names in, whole findings out."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import wheels
from tests.wheels import ENTRY, GOOD, INFO, METADATA, OWN

from edgewheel.findings import CouldNotRun
from edgewheel.repository.provenance import WheelOrigin
from edgewheel.repository.wheel import read
from edgewheel.rules import wheels as artifact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BACKEND = '[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "edgewheel_build"'
KEY = b"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n"
PROJECT = WheelOrigin("/w", "src", "src/main.py")


def judged(
    folder: Path,
    files: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]],
    project: WheelOrigin | None = None,
) -> list[tuple[str, str, str]]:
    """Code, level and message of every finding."""
    wheel = read(wheels.build(folder, files))._replace(project=project)
    return [(each.code, each.level, each.message) for each in artifact.judge(wheel)]


def test_a_read_wheel(tmp_path: Path) -> None:
    path = wheels.build(tmp_path, {**GOOD, "src/key.pem": KEY, "src/ca.pem": "-----BEGIN CERTIFICATE-----"})
    found = read(path, hooks_off=True)
    assert found._replace(sizes={}) == (
        path,
        "forge",
        "1.0",
        ("py3-none-any",),
        {},
        (),
        ">=3.12",
        ENTRY,
        ("src/key.pem",),
        True,
        None,
    )
    assert dict(found.sizes) == {
        "worker.py": len(ENTRY),
        "src/__init__.py": 0,
        "src/main.py": 19,
        "src/key.pem": len(KEY),
        "src/ca.pem": 27,
        f"{INFO}/METADATA": len(METADATA),
        f"{INFO}/WHEEL": 0,
        f"{INFO}/RECORD": 0,
    }


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("forge-1.0-py2.py3-none-any.whl", ("py2-none-any", "py3-none-any")),
        ("forge-1.0-1build-py3-none-any.whl", ("py3-none-any",)),
        ("forge-1.0-cp313-cp313-pyodide_2025_0_wasm32.whl", ("cp313-cp313-pyodide_2025_0_wasm32",)),
    ],
)
def test_tags(tmp_path: Path, name: str, tags: tuple[str, ...]) -> None:
    assert read(wheels.build(tmp_path, GOOD, name=name)).tags == tags


UNREADABLE = {
    "forge.whl": (b"", "`forge.whl` is not a wheel's name: `name-version-python-abi-platform.whl`"),
    "forge-1.0.tar.gz": (b"", "`forge-1.0.tar.gz` is not a wheel's name: `name-version-python-abi-platform.whl`"),
    "forge-1.0-py3-none-any.whl": (b"no zip", "`{path}` is not a wheel: it is not a zip file"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_wheel(tmp_path: Path, name: str) -> None:
    content, message = UNREADABLE[name]
    path = (tmp_path / name).resolve().as_posix()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CouldNotRun) as caught:
        read(path)
    assert str(caught.value) == message.format(path=path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO here")
def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "forge-1.0-py3-none-any.whl"
    os.mkfifo(path)
    with pytest.raises(CouldNotRun, match="cannot be read: it is not a file"):
        read(path.as_posix())


def test_an_encrypted_wheel(tmp_path: Path) -> None:
    path = Path(wheels.build(tmp_path, GOOD))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(CouldNotRun, match="is not a wheel: its files are encrypted"):
        read(path.as_posix())


def test_a_wheel_that_is_not_there(tmp_path: Path) -> None:
    path = f"{tmp_path.resolve().as_posix()}/forge-1.0-py3-none-any.whl"
    with pytest.raises(CouldNotRun) as caught:
        read(path)
    assert str(caught.value) == f"`{path}` cannot be read: No such file or directory"


def test_a_damaged_wheel_is_read_or_refused(tmp_path: Path) -> None:
    path = Path(wheels.build(tmp_path, GOOD))
    raw = path.read_bytes()
    refused = set()
    for at in range(0, len(raw), 3):
        path.write_bytes(raw[:at] + b"\xff\x00\xff\x7f" + raw[at + 4 :])
        try:
            read(path.as_posix())
        except CouldNotRun as why:
            refused.add(str(why).partition(": ")[0].replace(path.as_posix(), "W"))
    assert refused == {"`W` is not a wheel"}


def test_a_cut_wheel(tmp_path: Path) -> None:
    path = Path(wheels.build(tmp_path, GOOD))
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(CouldNotRun, match="is not a wheel: it is not a zip file"):
        read(path.as_posix())


def test_a_head_that_lies_about_its_size_is_read_to_a_limit(tmp_path: Path) -> None:
    found = read(wheels.build(tmp_path, {**GOOD, "worker.py": ENTRY + "#" * (64 << 20)}))
    assert len(found.entry_text) == 1 << 20


NO_ENTRY = ("EW601", "error", "`worker.py` is not in the wheel: wrangler finds no entry to upload")
#: what the wheel holds beside its dist-info -> findings, the project unknown
ALONE: dict[str, tuple[dict[str, str | bytes], list[tuple[str, str, str]]]] = {
    "good": (GOOD, []),
    "data is no package": ({**GOOD, "src/data/t.json": "{}"}, []),
    "a public certificate is no secret": ({**GOOD, "src/ca.pem": "-----BEGIN CERTIFICATE-----"}, []),
    "a name with dots is no way out": ({**GOOD, "src/a..b.txt": ""}, []),
    "a handler that is bound on some paths": ({**GOOD, "worker.py": "import src.main as _entry\n"}, []),
    "an entry that imports from a dependency": (
        {**GOOD, "worker.py": "from workers import handler\nfrom src.main import Default\n"},
        [],
    ),
    "flat": (
        {"main.py": "", "core/__init__.py": ""},
        [NO_ENTRY],
    ),
    "empty": ({}, [NO_ENTRY]),
    "an entry without its module": (
        {"worker.py": ENTRY, "src/__init__.py": ""},
        [("EW601", "error", "`worker.py` imports `src.main`, which is not in the wheel: the Worker does not start")],
    ),
    "a generated entry without its namespace": (
        {"worker.py": f"# Generated by edgewheel\n{ENTRY}", "core/__init__.py": "", "core/a.py": ""},
        [("EW601", "error", "`worker.py` imports `src.main`, which is not in the wheel: the Worker does not start")],
    ),
    "an entry without its namespace": (
        {"worker.py": ENTRY},
        [("EW601", "error", "`worker.py` imports `src.main`, which is not in the wheel: the Worker does not start")],
    ),
    "tests": (
        {
            **GOOD,
            "src/tests/test_a.py": "",
            "src/tests/data/b.json": "",
            "src/a_test.py": "",
            "src/conftest.py": "",
            "tests/__init__.py": "",
        },
        [
            ("EW602", "error", "`src/a_test.py` is a test in the wheel: it would be uploaded with the Worker"),
            ("EW602", "error", "`src/conftest.py` is a test in the wheel: it would be uploaded with the Worker"),
            ("EW602", "error", "`src/tests/` (2 files) is a test in the wheel: it would be uploaded with the Worker"),
            ("EW602", "error", "`tests/` (1 file) is a test in the wheel: it would be uploaded with the Worker"),
            (
                "EW603",
                "error",
                (
                    "`src/tests/__init__.py` is not in the wheel: on Workers the package can be hidden by a vendored "
                    "one of its name"
                ),
            ),
        ],
    ),
    "packages without their file": (
        {**GOOD, "src/core/deep/a.py": "", "src/data/t.json": "", "src/not-a-name/x.py": ""},
        [
            (
                "EW603",
                "error",
                (
                    f"`src/{each}/__init__.py` is not in the wheel: on Workers the package can be hidden by a vendored "
                    "one of its name"
                ),
            )
            for each in ("core", "core/deep")
        ],
    ),
    "a namespace tree": ({"worker.py": ENTRY, "src/main.py": "", "src/core/a.py": ""}, []),
    "a vendored install": (
        {**GOOD, "src/vendor/__init__.py": "", "src/vendor/a-1.dist-info/METADATA": "", "src/b.egg-info/PKG-INFO": ""},
        [
            (
                "EW604",
                "error",
                f"`{each}` is a stray install in the wheel: `importlib.metadata` reads it on Workers by chance",
            )
            for each in ("src/b.egg-info", "src/vendor/a-1.dist-info")
        ],
    ),
    "a second dist-info": (
        {**GOOD, "other-2.dist-info/METADATA": ""},
        [
            (
                "EW604",
                "error",
                (
                    "`other-2.dist-info/` stands beside `forge-1.0.dist-info/` at the top of the wheel: "
                    "installers refuse it"
                ),
            )
        ],
    ),
    "shared data is the wheel's own": ({**GOOD, "forge-1.0.data/data/tests/x": ""}, []),
    "an example of secrets is none": ({**GOOD, "src/.env.example": "A=", ".dev.vars.example": "A="}, []),
    "secrets": (
        {**GOOD, "src/.env.production": "A=1", ".dev.vars": "", "src/id_ed25519": KEY},
        [
            ("EW605", "error", "`.dev.vars` holds a secret: whoever has the wheel can read it"),
            ("EW605", "error", "`src/.env.production` holds a secret: whoever has the wheel can read it"),
            ("EW605", "error", "`src/id_ed25519` holds a private key: whoever has the wheel can read it"),
        ],
    ),
    "junk": (
        {
            **GOOD,
            "src/__pycache__/main.cpython-312.pyc": b"",
            "src/old.pyc": b"",
            "src/.git/HEAD": "",
            ".DS_Store": b"",
        },
        [
            (
                "EW605",
                "error",
                f"{each} is junk in the wheel ({why}): it would be unpacked into the upload",
            )
            for each, why in (
                ("`.DS_Store`", "editor files"),
                ("`src/.git/` (1 file)", "version control"),
                ("`src/__pycache__/` (1 file)", "caches"),
                ("`src/old.pyc`", "caches"),
            )
        ],
    ),
    "names that lead out": (
        {
            **GOOD,
            "../x.txt": "",
            "/etc/y": "",
            "C:/z": "",
            "src\\w.txt": "",
            "./src/c.txt": "",
            "src//d.txt": "",
        },
        [
            ("EW605", "error", f"`{each} what unpacks the wheel decides where it ends up")
            for each in (
                "../x.txt` is a name that leads out of the wheel:",
                "./src/c.txt` is a name that every tool reads in its own way:",
                "/etc/y` is an absolute name:",
                "C:/z` is an absolute name:",
                "src//d.txt` is a name that every tool reads in its own way:",
                "src\\w.txt` has a backslash or a NUL in its name:",
            )
        ],
    ),
}


@pytest.mark.parametrize("trait", ALONE)
def test_a_wheel_alone(tmp_path: Path, trait: str) -> None:
    files, expected = ALONE[trait]
    assert judged(tmp_path, files) == expected


def test_a_name_that_stands_twice(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = judged(tmp_path, [*GOOD.items(), ("src/main.py", "other")])
    assert found == [
        ("EW605", "error", "`src/main.py` stands twice in the wheel: what unpacks the wheel decides where it ends up")
    ]


def test_no_dist_info(tmp_path: Path) -> None:
    wheel = read(wheels.build(tmp_path, GOOD, own={}))
    assert [(each.code, each.message) for each in artifact.judge(wheel)] == [
        ("EW604", "`forge-1.0.dist-info/` is not in the wheel: no installer takes it")
    ]


@pytest.mark.parametrize("name", ["METADATA", "WHEEL", "RECORD"])
def test_a_dist_info_without_one_of_its_files(tmp_path: Path, name: str) -> None:
    own = {each: content for each, content in OWN.items() if not each.endswith(f"/{name}")}
    wheel = read(wheels.build(tmp_path, GOOD, own=own))
    assert [(each.code, each.message) for each in artifact.judge(wheel)] == [
        ("EW604", f"`{INFO}/{name}` is not in the wheel: no installer takes it")
    ]


def test_spellings_of_one_name(tmp_path: Path) -> None:
    own = {name.replace("forge-1.0", "For.ge-1.0"): content for name, content in OWN.items()}
    wheel = read(wheels.build(tmp_path, GOOD, own=own, name="for_ge-1.0-py3-none-any.whl"))
    assert artifact.judge(wheel) == []


#: the project -> findings about one and the same wheel
WITH_PROJECT: dict[str, tuple[WheelOrigin, dict[str, str | bytes], list[tuple[str, str, str]]]] = {
    "good": (PROJECT, GOOD, []),
    "another namespace": (
        PROJECT._replace(namespace="app", entry="app/main.py"),
        GOOD,
        [("EW601", "error", "`app/` is not in the wheel: imports fail on Workers with `No module named 'app'`")],
    ),
    "the namespace is gone": (
        PROJECT,
        {"main.py": "", "core/__init__.py": ""},
        [
            ("EW601", "error", "`src/` is not in the wheel: imports fail on Workers with `No module named 'src'`"),
            NO_ENTRY,
        ],
    ),
    "no module of the entry": (
        PROJECT._replace(entry="src/app.py"),
        GOOD,
        [
            (
                "EW601",
                "error",
                (
                    "`src/app.py` is not in the wheel: `worker.py` finds no handler on Workers, and the Worker does "
                    "not start"
                ),
            )
        ],
    ),
    "a package that is called test": (
        PROJECT._replace(keep=("src/test",)),
        {**GOOD, "src/test/__init__.py": "", "src/test/test_a.py": ""},
        [],
    ),
    "its caches are not kept": (
        PROJECT._replace(keep=("src/test",)),
        {**GOOD, "src/test/__init__.py": "", "src/test/a.pyc": ""},
        [("EW605", "error", "`src/test/a.pyc` is junk in the wheel (caches): it would be unpacked into the upload")],
    ),
    "strict about packages": (
        PROJECT._replace(packages="strict"),
        {"worker.py": ENTRY, "src/main.py": ""},
        [
            (
                "EW603",
                "error",
                (
                    "`src/__init__.py` is not in the wheel: on Workers the package can be hidden by a vendored one of "
                    "its name"
                ),
            )
        ],
    ),
    "not at all": (PROJECT._replace(packages="off"), {**GOOD, "src/core/a.py": ""}, []),
    "the commit": (PROJECT._replace(tracked=frozenset({"src/__init__.py", "src/main.py"})), GOOD, []),
    "what the build made": (
        PROJECT._replace(tracked=frozenset({"src/main.py"}), made=frozenset({"src/__init__.py"})),
        GOOD,
        [],
    ),
    "less and more than the commit": (
        PROJECT._replace(tracked=frozenset({"src/main.py", "src/lib/money.py"})),
        GOOD,
        [
            (
                "EW606",
                "error",
                "`src/__init__.py` is in the wheel and not tracked by git: no commit can build this wheel again",
            ),
            (
                "EW606",
                "error",
                "`src/lib/money.py` is tracked by git and not in the wheel: what imports it fails on Workers",
            ),
        ],
    ),
    "work in progress": (
        PROJECT._replace(tracked=frozenset({"src/main.py"}), in_progress=frozenset({"src/__init__.py"})),
        GOOD,
        [
            (
                "EW606",
                "warning",
                "`src/__init__.py` is in the wheel and not tracked by git: no commit can build this wheel again",
            )
        ],
    ),
    "much more than the commit": (
        PROJECT._replace(tracked=frozenset({"src/main.py"})),
        {**GOOD, **{f"src/m{number:02}.py": "" for number in range(1_200)}},
        [
            (
                "EW606",
                "error",
                (
                    "`src/__init__.py` and 1,200 more files are in the wheel and not tracked by git: no commit can "
                    "build this wheel again"
                ),
            )
        ],
    ),
    "much less": (
        PROJECT._replace(
            tracked=frozenset({"src/main.py", "src/__init__.py", *(f"src/x{n:02}.py" for n in range(11))})
        ),
        GOOD,
        [
            (
                "EW606",
                "error",
                (
                    "`src/x00.py` and 10 more files are tracked by git and not in the wheel: what imports them fails "
                    "on Workers"
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize("trait", WITH_PROJECT)
def test_a_wheel_of_a_project(tmp_path: Path, trait: str) -> None:
    project, files, expected = WITH_PROJECT[trait]
    assert judged(tmp_path, files, project) == expected


@pytest.mark.parametrize(
    ("name", "metadata", "expected"),
    [
        (
            "forge-1.0-py2.py3-none-any.whl",
            "Name: forge\n\nRequires-Python: >=3.12\n",
            [
                (
                    "EW607",
                    "warning",
                    (
                        "`forge-1.0-py2.py3-none-any.whl` is tagged for Python 2 because there is no "
                        "`requires-python`: "
                        "Workers run Python 3.12 and later"
                    ),
                    'requires-python = ">=3.12"  # in [project]',
                )
            ],
        ),
        (
            "forge-1.0-py2.py3-none-any.whl",
            METADATA,
            [
                (
                    "EW607",
                    "warning",
                    (
                        "`forge-1.0-py2.py3-none-any.whl` is tagged for Python 2 though it requires >=3.12: "
                        "Workers run Python 3.12 and later"
                    ),
                    'requires-python = ">=3.12"  # in [project]',
                )
            ],
        ),
        ("forge-1.0-py3-none-any.whl", "Name: forge\n", []),
    ],
)
def test_the_tag(tmp_path: Path, name: str, metadata: str, expected: list[tuple[str, ...]]) -> None:
    wheel = read(wheels.build(tmp_path, GOOD, name=name, own={**OWN, f"{INFO}/METADATA": metadata}))
    assert [(each.code, each.level, each.message, each.fix) for each in artifact.judge(wheel)] == expected


def test_hooks_off(tmp_path: Path) -> None:
    wheel = read(wheels.build(tmp_path, {"src/main.py": ""}), hooks_off=True)
    assert [(each.code, each.message, each.fix) for each in artifact.judge(wheel)] == [
        (*NO_ENTRY[::2], BACKEND),
        (
            "EW608",
            "`HATCH_BUILD_NO_HOOKS` is set: hatchling skips every build hook, and the wheel would have no entry",
            "unset HATCH_BUILD_NO_HOOKS",
        ),
    ]
    assert artifact.judge(read(wheels.build(tmp_path, GOOD), hooks_off=True)) == []


def test_select_and_ignore(tmp_path: Path) -> None:
    wheel = read(wheels.build(tmp_path, {"src/test_a.py": "", "src/x.pyc": ""}))
    assert [each.code for each in artifact.judge(wheel)] == ["EW601", "EW602", "EW605"]
    assert [each.code for each in artifact.judge(wheel, select=["EW602", "EW605"])] == ["EW602", "EW605"]
    assert [each.code for each in artifact.judge(wheel, ignore=["EW60"])] == []
