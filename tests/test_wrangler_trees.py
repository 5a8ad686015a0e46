"""Trees and packages by a module's name."""

from __future__ import annotations

import pytest

from edgewheel.wrangler.collect import Module, Upload
from edgewheel.wrangler.trees import PackageWeight, copies, everything, package, packages, spot


def upload(main: Module, *listed: Module) -> Upload:
    form = {main.name: main, **{module.name: module for module in listed}}
    return Upload(
        "4.164.0",
        "/w/wrangler.toml",
        None,
        f"/w/{main.name}",
        "/w",
        modules=tuple(form.values()),
        listed=listed,
        attached=len(listed),
        total_bytes=main.size + sum(module.size for module in listed),
    )


def module(name: str, size: int, kind: str = "python") -> Module:
    return Module(name, kind, size, f"/w/{name}")


@pytest.mark.parametrize(
    ("name", "tree", "path", "of"),
    [
        ("main.py", ".", "main.py", "main"),
        ("core/config/settings.py", ".", "core/config/settings.py", "core.config"),
        ("core/limits.py", ".", "core/limits.py", "core"),
        ("lib/core.py", ".", "lib/core.py", "lib"),
        (".env", ".", ".env", ".env"),
        ("__pycache__/main.cpython-312.pyc", ".", "__pycache__/main.cpython-312.pyc", "main"),
        ("python_modules/six.py", "python_modules", "six.py", "six"),
        ("python_modules/PIL/Image.py", "python_modules", "PIL/Image.py", "PIL"),
        ("python_modules/_x.cpython-313-wasm32-emscripten.so", "python_modules", None, "_x"),
        ("python_modules/six-1.17.0.dist-info/METADATA", "python_modules", None, "six"),
        (
            "python_modules/typing_extensions-4.1.dist-info/licenses/LICENSE",
            "python_modules",
            None,
            "typing_extensions",
        ),
        ("python_modules/zope.interface-7.2.dist-info/RECORD", "python_modules", None, "zope_interface"),
        ("python_modules/pillow.libs/libz.so", "python_modules", None, "pillow"),
        (".venv/lib/python3.12/site-packages/six.py", ".venv", "six.py", "six"),
        (".venv/Lib/site-packages/six.py", ".venv", "six.py", "six"),
        (".venv/bin/activate.py", ".venv", "bin/activate.py", "bin"),
        ("venv/pyvenv.txt", "venv", "pyvenv.txt", "pyvenv"),
        ("venvironment/a.py", ".", "venvironment/a.py", "venvironment"),
        (".venv-workers/lib/python3.13/site-packages/idna/core.py", ".venv-workers", "idna/core.py", "idna"),
        (
            ".venv-workers/pyodide-venv/lib/python3.13/site-packages/idna/core.py",
            ".venv-workers/pyodide-venv",
            "idna/core.py",
            "idna",
        ),
        ("mine/lib/python3.13/site-packages/idna/core.py", "mine", "idna/core.py", "idna"),
        ("web/node_modules/gyp/x.py", "web/node_modules", "gyp/x.py", "gyp"),
    ],
)
def test_spot(name: str, tree: str, path: str | None, of: str) -> None:
    found = spot(name)
    assert found.tree == tree
    assert found.path == (path if path is not None else name.removeprefix(f"{tree}/"))
    assert package(found) == of


def test_packages_add_up_with_duplicates_counted() -> None:
    twice = module("python_modules/six.py", 100)
    one = upload(module("main.py", 10), module("core/a.py", 5), twice, twice)
    assert packages(one) == (
        PackageWeight("python_modules", "six", 200, 2),
        PackageWeight(".", "main", 10, 1),
        PackageWeight(".", "core", 5, 1),
    )
    assert sum(each.size for each in packages(one)) == one.total_bytes


def test_replaced_main_still_counts() -> None:
    one = upload(module("main.py", 10), module("main.py", 7))
    assert [each.size for each in everything(one)] == [10, 7]


def test_copies() -> None:
    names = ["a.py", "python_modules/a.py", ".venv/lib/python3.12/site-packages/a.py", "python_modules/b.py"]
    one = upload(module("main.py", 10), *(module(name, 1) for name in names))
    assert copies(one) == {"a.py": names[:3]}
