"""What a proof is, whichever runtime gave it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Problem(NamedTuple):
    """A module that does not import. `module` is the one whose import failed, `name` what was not found; `importer`
    (upload name) and `line` are the project's own statement, line 0 for none; `at` is "start" or "request"; `trace`
    holds the project's lines, outermost first.
    """

    module: str
    error: str
    name: str
    message: str
    importer: str
    line: int
    at: str
    trace: tuple[tuple[str, int, str], ...] = ()


class MainExports(NamedTuple):
    """What the runtime exports of main: classes by their own names with their methods, by kind; `functions` are the
    handlers of a main of functions (`on_fetch`), where the compatibility date still has them.
    """

    entrypoints: dict[str, tuple[str, ...]]
    durable_objects: dict[str, tuple[str, ...]]
    workflows: dict[str, tuple[str, ...]]
    functions: tuple[str, ...] = ()
    #: what asking main raised: error class and message, both empty for nothing
    fault: tuple[str, str] = ("", "")
    #: classes that main binds under another name than their own: own name by bound name
    aliases: Mapping[str, str] = MappingProxyType({})


class RefusedObject(NamedTuple):
    """A JavaScript object that the dedicated snapshot cannot keep. `name` is what holds it in `module`, such as
    `CLIENT` or `Store.headers`; `path` (upload name) and `line` where that is bound, line 0 where nothing tells.
    """

    type: str
    module: str = ""
    name: str = ""
    path: str = ""
    line: int = 0


class Snapshot(NamedTuple):
    """The dedicated snapshot that the upload takes. `checked`: it was tried, or analysis is certain."""

    checked: bool
    refused: tuple[RefusedObject, ...] = ()


class Asked(NamedTuple):
    """What the config asks of main: the classes that bindings name, by kind; the `events` that it promises to answer,
    with the key that does so; `functions`: `on_fetch` counts; `snapshot`: date and flags have a dedicated one.
    """

    durable_objects: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    entrypoints: tuple[str, ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    functions: bool = False
    snapshot: bool = True


class Proof(NamedTuple):
    """Does the upload import, and would it be accepted. `imports`: main does, None where nothing could tell;
    `modules`: how many were imported or tried, of which `failed` are those that do not import, by dotted name;
    `times`: seconds by package, longest first; `memory`: bytes of the interpreter's memory, None where nobody measured.
    `accepted` is None where something was stood in for (`unproven`).
    """

    runtime: str
    python: str
    main: str
    imports: bool | None
    modules: int
    stand_ins: tuple[str, ...]
    problems: tuple[Problem, ...]
    seconds: float = 0.0
    times: tuple[tuple[str, float], ...] = ()
    memory: int | None = None
    failed: tuple[str, ...] = ()
    #: what this runtime cannot show
    limits: tuple[str, ...] = ()
    accepted: bool | None = None
    exports: MainExports | None = None
    snapshot: Snapshot = Snapshot(False)
    unproven: tuple[str, ...] = ()


class Subject(NamedTuple):
    """What is proved: the module names of an upload. `main` is its dotted name and its file; `modules` are the others
    of the project; `stand_ins` are top-level names that may be stood in for, of which `first` come before the project's
    own modules of these names and hide those in `hidden`; `pth`: `.pth` files count.
    """

    main: tuple[str, str]
    modules: tuple[tuple[str, str], ...]
    stand_ins: tuple[str, ...] = ()
    pth: bool = True
    first: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    #: the dotted names of the modules that main reaches at its top level, as far as analysis can tell
    reached: frozenset[str] = frozenset()
    #: the compatibility flags that are on
    flags: tuple[str, ...] = ()
    #: what `env` has at the start: text and JSON variables by name, None for any other binding
    env: Mapping[str, Any] = MappingProxyType({})
