"""Which modules the runtime brings itself: the standard library of a Python, and the platform's own.

facts: `stdlib.json` and `platform_modules.json`, observed in Pyodide 0.26.4, 0.28.3 and 314.0.7 and in workerd
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

#: They are in `sys.modules` before the Worker is: nothing shadows them.
_LOADED = ("pyodide", "_pyodide", "_pyodide_core", "pyodide_js", "__main__")
_OWN_MODULES = frozenset(("pyodide.console", "pyodide.code", "pyodide.ffi", "pyodide.http", "pyodide.webloop"))
#: What Pyodide under Node has of the platform's modules.
_IN_PYODIDE = frozenset(
    (
        *_LOADED,
        "js",
        "_sysconfigdata__emscripten_wasm32-emscripten",
        "_cloudflare_compat_flags",
        "_pyodide_entrypoint_helper",
    )
)


class Library(NamedTuple):
    """Module names of one Python of the runtime.

    `present`: top-level modules of the standard library that are found before anything else; `submodules`: dotted
    names below them; `broken`: dotted names that are found and fail, with the reason; `absent`: names of CPython's
    that it lacks; `behind`: modules that it has behind the project's own files; `platform`: what the platform brings;
    `sdk`: those of the platform that are packages in its site-packages, before the project's; `spaces`: those that are
    namespaces there; `stand_ins`: those modules of the platform and of `behind` that Pyodide under
    Node lacks.
    """

    python: str
    present: frozenset[str]
    submodules: frozenset[str]
    broken: Mapping[str, str]
    absent: frozenset[str]
    behind: frozenset[str]
    platform: frozenset[str]
    sdk: frozenset[str]
    spaces: frozenset[str]
    stand_ins: frozenset[str]


@cache
def library(python: str) -> Library:
    """The modules of a Python such as `3.13`."""
    table = facts("stdlib")["pythons"][python]
    platform = {
        name for name, row in facts("platform_modules")["modules"].items() if python in row.get("pythons", [python])
    }
    behind = frozenset(table["behind_project"])
    rows = facts("platform_modules")["modules"]
    sdk = frozenset(name for name in platform if rows[name]["needs"])
    inner = {f"{top}.{name}" for top in sdk for names in rows[top].get("submodules", {}).values() for name in names}
    return Library(
        python,
        frozenset(table["modules"]).union(_LOADED) - behind,
        frozenset(f"{top}.{name}" for top, names in table["submodules"].items() for name in names) | inner,
        table["broken"],
        frozenset(table["absent"]),
        behind,
        frozenset(platform) - set(_LOADED),
        sdk,
        frozenset(name for name in platform if rows[name].get("namespace")),
        # the standard library does without those that only it imports, such as `_hashlib`
        frozenset(platform) - _IN_PYODIDE | {name for name in behind if name[0] != "_" and name != "pydoc_data"},
    )


@cache
def absent_names(python: str) -> Mapping[str, frozenset[str]]:
    """By module, the names that some CPython has and that Python on Workers lacks."""
    return {module: frozenset(names) for module, names in facts("absent_names")["absent"][python].items()}


def lacks(python: str, module: str, name: str) -> bool:
    """Whether a module of Python's or Pyodide's own surely lacks a name."""
    if name in absent_names(python).get(module, ()):
        return True
    own = facts("absent_names")["own"][python].get(module)
    return own is not None and name not in own and not name.startswith("_") and f"{module}.{name}" not in _OWN_MODULES
