"""Environment markers as the Worker's Python answers them.

facts: Pyodide 0.26, 0.28 and 314 (`sys_platform == 'emscripten'`), which is also what uv resolves for
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edgewheel.requirements.requirement import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Every Python that Workers run.
PYTHONS: Final = ("3.12", "3.13", "3.14")


def environment(python: str) -> dict[str, str]:
    """The variables of PEP 508 on Workers with a Python such as `3.13`."""
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "posix",
        "platform_machine": "wasm32",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Emscripten",
        "platform_version": "",
        "python_full_version": f"{python}.2",
        "python_version": python,
        "sys_platform": "emscripten",
        "extra": "",
    }


def holds(marker: str, pythons: Iterable[str] = PYTHONS, *, extras: Iterable[str] = ()) -> bool:
    """Whether a marker is true on one of the Pythons (with one of the extras); "" always is.

    One that cannot be read counts as true: it is a fault of its own.
    """
    if not marker:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

    try:
        parsed = Marker(marker)
        return any(
            parsed.evaluate({**environment(python), "extra": extra}) for python in pythons for extra in ("", *extras)
        )
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, RecursionError):
        return True


_EXTRA = re.compile(r"""\bextra\s*==\s*['"]([^'"]+)['"]|['"]([^'"]+)['"]\s*==\s*extra\b""")


def extras_of(marker: str) -> tuple[str, ...]:
    """The extras with which a marker of installed metadata holds on Workers."""
    named = [match[1] or match[2] for match in _EXTRA.finditer(marker)]
    return tuple(normalize(extra) for extra in dict.fromkeys(named) if holds(marker, extras=(extra,)))
