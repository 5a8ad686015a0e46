"""What a Worker's requirements resolve to on one Python, which wheels are missing, and what cures that."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.dependencies.chains import written
from edgewheel.dependencies.resolve import pyodide, uv
from edgewheel.dependencies.resolve.fallen import fallen, is_major
from edgewheel.dependencies.resolve.outcome import Fallen, MissingWheel, ResolvedPackage, WheelOutcome
from edgewheel.dependencies.resolve.tags import Fit, fit, name_and_version
from edgewheel.dependencies.resolve.uv import Answer, Question
from edgewheel.dependencies.table import MANAGED
from edgewheel.findings import CouldNotRun
from edgewheel.requirements import locks
from edgewheel.requirements.markers import holds
from edgewheel.requirements.requirement import Requirement, normalize, parse_requirement
from edgewheel.requirements.specifiers import fits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from edgewheel.dependencies.resolve.pyodide import Index
    from edgewheel.repository.worker import Worker

_ROUNDS = 8


class _Cure(NamedTuple):
    """Where the search stands: the question as it is mended so far, the newest for it, and what was missing."""

    question: Question
    newest: Answer
    missing: dict[str, MissingWheel]
    overrides: tuple[str, ...] = ()


def ask(
    worker: Worker, python: str, *, wish: str = "auto", offline: bool = False, step: Callable[[], None] = lambda: None
) -> WheelOutcome:
    """Asks uv and the indexes; CouldNotRun where one that is needed does not answer or uv is not there."""
    roots = tuple(each for each in written(worker) if each.name and holds(each.marker, (python,)))
    texts = tuple(dict.fromkeys((*(each.text for each in roots), MANAGED)))
    question = Question(texts, uv.settings(worker), offline=offline)
    index = pyodide.find(worker, python, wish=wish, offline=offline)
    newest = uv.newest(question, python)
    if newest.lock is None:
        raise CouldNotRun(f"the requirements do not resolve on Python {python}, whatever the wheels:\n{newest.words}")
    step()
    offered = _offered(index, newest, python)
    real = uv.compiled(question, python, offered)
    step()
    search = _Resolution(python, index, offered, roots)
    cure = search.cure(question, newest)
    step()
    chosen = real
    cured = False
    overrides: tuple[str, ...] = ()
    if real.lock is None and cure is not None:
        offered |= _offered(index, cure.newest, python)
        chosen = uv.compiled(cure.question, python, offered)
        cured = chosen.lock is not None and not search.fallen(chosen, cure.newest)
        overrides = search.overrides(question, cure, offered) if cured else ()
    step()
    missing = tuple(cure.missing.values()) if cure is not None else search.blamed(newest, question)
    return WheelOutcome(
        python,
        ("package index: asked" if not offline else "package index: uv's cache", index.words),
        index.answered,
        real.lock is not None,
        tuple(_listed(chosen, newest, index, python)),
        missing,
        search.fallen(real, newest),
        cured,
        overrides,
        real.words,
    )


class _Resolution:
    def __init__(
        self, python: str, index: Index, offered: Mapping[str, tuple[str, ...]], roots: tuple[Requirement, ...]
    ) -> None:
        self.python = python
        self.index = index
        self.offered = offered
        self.roots = roots
        self.newest_fits: dict[str, str] = {}
        self.managed = Requirement(MANAGED, text=MANAGED)

    def lacking(self, answer: Answer) -> dict[str, MissingWheel]:
        """What is reached and has no wheel that fits, direct requirements first."""
        assert answer.lock is not None  # noqa: S101 - asked before
        lock = answer.lock
        roots = {each.key: each for each in (self.managed, *reversed(self.roots))}
        chains = locks.chains(lock, tuple(roots.values()), reached=lambda marker: holds(marker, (self.python,)))
        found = {}
        for name, chain in sorted(chains.items(), key=lambda item: len(item[1])):
            version = chain[-1].version or next(iter(lock.versions(name)), "")
            if version and self.fitting(name, version, answer) is None:
                root = roots[chain[0].name]
                door = chain[1].via if len(chain) > 1 and chain[1].via in root.extras else ""
                found[name] = MissingWheel(name, version, chain, root, door)
        return found

    def blamed(self, newest: Answer, question: Question) -> tuple[MissingWheel, ...]:
        """What no version of has a wheel, each judged by itself: what only its newest release lacks is not to blame.
        All that lack one where each has an older release, since then only their combination fails.
        """
        lacking = self.lacking(newest)
        self.newest_fits_of([each for each in lacking.values() if not self.offers(each)], question)
        found = [
            each._replace(fits=self.offers(each) or self.newest_fit(_alone(each), question))
            for each in lacking.values()
        ]
        return tuple(each for each in found if not each.fits) or tuple(found)

    def offers(self, missing: MissingWheel) -> str:
        """The newest version in Pyodide's index that a package could take; "" for none."""
        specifier = missing.root.specifier if len(missing.chain) == 1 else ""
        return next(
            (version for version in _newest_first(self.index, missing.name, self.python) if fits(version, specifier)),
            "",
        )

    def fitting(self, name: str, version: str, answer: Answer) -> Fit | None:
        """A wheel of this version, from the package index or Pyodide's."""
        own = fit(map(posixpath.basename, answer.files.get(name, ())), self.python)
        there = [file for file in self.index.wheels(name) if name_and_version(file)[1] == version]
        return own or fit(there, self.python)

    def fallen(self, real: Answer, newest: Answer) -> tuple[Fallen, ...]:
        """What resolves, but only to an old release."""
        lacking = self.lacking(newest)
        return fallen(real, newest, self.roots, python=self.python, lacking=lacking, has=self.has)

    def has(self, name: str, version: str) -> bool:
        """Whether Pyodide's index has a version: then it is what Workers run, however old."""
        return any(name_and_version(file)[1] == version for file in self.index.wheels(name))

    def newest_fit(self, text: str, question: Question) -> str:
        """The newest version that has a wheel for Workers, by itself; "" where none has."""
        if (known := self.newest_fits.get(text)) is None:
            alone = question._replace(requirements=(text,), constraints=(), overrides=())
            own = normalize(parsed.name) if (parsed := parse_requirement(text)) else text
            offered = {file: () for file in self.offered if name_and_version(file)[0] == own}
            answer = uv.compiled(alone, self.python, offered, deps=False)
            known = answer.lock.packages[0].version if answer.lock and answer.lock.packages else ""
            self.newest_fits[text] = known
        return known

    def newest_fits_of(self, lacking: Iterable[MissingWheel], question: Question) -> None:
        """Asks for several at once: each is a process of its own that mostly waits for an index."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda missing: self.newest_fit(_alone(missing), question), lacking))

    def overrides(self, question: Question, cure: _Cure, offered: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Overrides that do it without dropping an extra, where they do; else those that go with the dropped ones."""
        every = tuple(_override(name) for name in cure.missing)
        answer = uv.compiled(question._replace(overrides=every), self.python, offered)
        if answer.lock is not None and not self.fallen(answer, cure.newest):
            return every
        return cure.overrides

    def cure(self, question: Question, newest: Answer) -> _Cure | None:
        """Bounds, dropped extras and overrides until nothing is missing; None where that leads nowhere."""
        cure = _Cure(question, newest, {})
        hopeless: set[str] = set()
        for _ in range(_ROUNDS):
            lacking = self.lacking(cure.newest)
            if not lacking:
                return cure
            self.newest_fits_of([each for name, each in lacking.items() if name not in hopeless], cure.question)
            bounds: dict[str, str] = {}
            mended = cure
            for name, missing in lacking.items():
                version = "" if name in hopeless else self.newest_fit(_alone(missing), cure.question)
                direct = len(missing.chain) == 1
                if version and (direct or self.has(name, version) or not is_major(version, missing.version)):
                    bounds[name] = f"{name}<={version}"
                elif direct:
                    return None  # a direct requirement that no version of can run
                else:
                    mended = _without(mended, missing._replace(fits=self.newest_fits.get(name, "")))
            bounded = mended.question._replace(constraints=(*mended.question.constraints, *bounds.values()))
            answer = uv.newest(bounded, self.python)
            if answer.lock is None and bounds:  # what needs them wants newer ones
                hopeless |= bounds.keys()
                bounded = mended.question
                answer = uv.newest(bounded, self.python)
            if answer.lock is None:
                return None
            cure = mended._replace(question=bounded, newest=answer)
        return None


def _newest_first(index: Index, name: str, python: str) -> list[str]:
    """The versions of a package in Pyodide's index that have a wheel for a Python."""
    from packaging.version import InvalidVersion, Version

    versions = {name_and_version(file)[1] for file in index.wheels(name) if fit((file,), python)}
    try:
        return sorted(versions, key=Version, reverse=True)
    except InvalidVersion:
        return sorted(versions, reverse=True)


def _alone(missing: MissingWheel) -> str:
    """The requirement for a package by itself: a direct one keeps its specifier."""
    return missing.name if len(missing.chain) > 1 else f"{missing.name}{missing.root.specifier}"


def _without(cure: _Cure, missing: MissingWheel) -> _Cure:
    """Drops the extra that brings a package, else keeps it off Workers."""
    question, overrides = cure.question, cure.overrides
    if missing.extra:
        rest = ",".join(each for each in missing.root.extras if each != missing.extra)
        slim = f"{missing.root.name}{f'[{rest}]' if rest else ''}{missing.root.specifier}"
        texts = tuple(slim if each == missing.root.text else each for each in question.requirements)
        question = question._replace(requirements=texts)
    else:
        line = _override(missing.name)
        overrides = (*overrides, line)
        question = question._replace(overrides=(*question.overrides, line))
    return _Cure(question, cure.newest, {**cure.missing, missing.name: missing}, overrides)


def _override(name: str) -> str:
    return f"{name} ; sys_platform != 'emscripten'"


def _offered(index: Index, newest: Answer, python: str) -> dict[str, tuple[str, ...]]:
    """The wheels that uv is to know of by stand-ins: Pyodide's, and for a Python whose platform uv does not know,
    those of the package index.
    """
    assert newest.lock is not None  # noqa: S101 - asked before
    found: dict[str, tuple[str, ...]] = {}
    names = [each.name for each in newest.lock.packages] if index.url else list(index.listed)
    needs = {package.name: _needs(package.edges) for package in newest.lock.packages}
    for name in names:
        for file in index.wheels(name):
            if fit((file,), python):
                found[file] = tuple(index.needs.get(name, ())) or needs.get(name, ())
    if facts("pythons")["pythons"][python]["uv_platform"] is None:
        for package in newest.lock.packages:
            own = fit(map(posixpath.basename, newest.files.get(package.name, ())), python)
            if own is not None and own.tag:
                found[own.file] = needs[package.name]
    return found


def _needs(edges: tuple[locks.LockedEdge, ...]) -> tuple[str, ...]:
    return tuple(
        f"{edge.name}{f'[{chr(44).join(edge.extras)}]' if edge.extras else ''}"
        f"{f'=={edge.version}' if edge.version else ''}{f' ; {edge.marker}' if edge.marker else ''}"
        for edge in edges
        if not edge.via
    )


def _listed(answer: Answer, newest: Answer, index: Index, python: str) -> list[ResolvedPackage]:
    lock = answer.lock or newest.lock
    found = []
    for package in lock.packages if lock else ():
        theirs = fit(
            (file for file in index.wheels(package.name) if name_and_version(file)[1] == package.version), python
        )
        own = fit(map(posixpath.basename, newest.files.get(package.name, ())), python)
        if answer.lock is not None and own is None:
            own = fit(map(posixpath.basename, answer.files.get(package.name, ())), python)
        same = newest.lock is not None and package.version in newest.lock.versions(package.name)
        if own is not None and (same or not own.tag):
            found.append(ResolvedPackage(package.name, package.version, own.tag, "package index"))
        elif theirs is not None:
            found.append(ResolvedPackage(package.name, package.version, theirs.tag, "Pyodide index"))
        elif own is None and (there := next(iter(_newest_first(index, package.name, python)), "")):
            wheel = fit((file for file in index.wheels(package.name) if name_and_version(file)[1] == there), python)
            found.append(ResolvedPackage(package.name, there, wheel.tag if wheel else "?", "Pyodide index"))
        else:
            found.append(
                ResolvedPackage(package.name, package.version, own.tag if own else "?", "package index" if own else "")
            )
    return found
