"""What a proof is, whichever runtime gave it."""

from __future__ import annotations

from typing import NamedTuple


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


class Proof(NamedTuple):
    """Does the upload import. `imports`: main does; `modules`: how many were imported or tried, of which `failed` are
    those that do not import, by dotted name; `times`: seconds by package, longest first; `memory`: bytes of the
    interpreter's memory, None where nobody measured.
    """

    runtime: str
    python: str
    main: str
    imports: bool
    modules: int
    stand_ins: tuple[str, ...]
    problems: tuple[Problem, ...]
    seconds: float = 0.0
    times: tuple[tuple[str, float], ...] = ()
    memory: int | None = None
    failed: tuple[str, ...] = ()
    #: what this runtime cannot show
    limits: tuple[str, ...] = ()


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
