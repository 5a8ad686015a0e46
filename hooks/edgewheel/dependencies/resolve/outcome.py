"""What asking for wheels gives, as plain records."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.locks import Link
    from edgewheel.requirements.requirement import Requirement


class ResolvedPackage(NamedTuple):
    """A package as it would be installed: `tag` of its wheel ("" for a pure one), and the index that has it."""

    name: str
    version: str
    tag: str
    source: str


class MissingWheel(NamedTuple):
    """A package without a wheel that fits: the version that was wanted, the chain that asks for it, the requirement
    that the chain begins with, the extra of it that opens the door ("" for none), and the newest version that has a
    wheel ("" where none has, or what asks for it takes none that has).
    """

    name: str
    version: str
    chain: tuple[Link, ...]
    root: Requirement
    extra: str
    fits: str = ""


class Fallen(NamedTuple):
    """A package that resolves to an old release; `forced` are the missing wheels that do it, each as `name version`."""

    name: str
    version: str
    newest: str
    released: str
    forced: tuple[str, ...]
    root: Requirement | None


class WheelOutcome(NamedTuple):
    """The answer for one Python. `resolves`: pywrangler would install something; `found` is what (else what it would
    be with the cure); `cured`: with `overrides` and without the extras of `missing`, it resolves: it was tried.
    """

    python: str
    indexes: tuple[str, ...]
    known: bool
    resolves: bool
    found: tuple[ResolvedPackage, ...]
    missing: tuple[MissingWheel, ...]
    fallen: tuple[Fallen, ...]
    cured: bool
    overrides: tuple[str, ...]
    words: str


class Resolution(NamedTuple):
    """The answers for one Worker, one a Python: what the rules about wheels judge."""

    worker: Worker
    outcomes: tuple[WheelOutcome, ...]
