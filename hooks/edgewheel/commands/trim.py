"""`edgewheel trim`: a safe `python_modules.exclude`, with what it saves. Nothing on the disk is deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout import trimming
from edgewheel.layout.analysis import Analysis
from edgewheel.layout.upload import predict
from edgewheel.reports import table, text
from edgewheel.runtime import static
from edgewheel.runtime.library import library
from edgewheel.runtime.python import is_on, number
from edgewheel.runtime.reach import Reach
from edgewheel.runtime.tree import Spec, module_name
from edgewheel.worker import vendored
from edgewheel.worker.discovery import find_one
from edgewheel.wrangler.config import resolve

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Iterable, Sequence

    from edgewheel.layout.trimming import Proposal
    from edgewheel.runtime.proof import Subject
    from edgewheel.worker.model import Worker
    from edgewheel.worker.vendored import Vendored
    from edgewheel.wrangler.collect import Upload
    from edgewheel.wrangler.config import Config

    #: the imports that fail in an upload: module and missing name, with the upload name of the importer
    Prover = Callable[[Upload], dict[tuple[str, str], str]]

_VENDORED = "python_modules/"
_ROUNDS = 6


class _Trim(NamedTuple):
    """What was found: the upload before, the proposal, and what importing everything tells of both."""

    upload: Upload
    sizes: dict[str, int]
    proposal: Proposal
    left: dict[str, int]
    proved: str

    @property
    def after(self) -> int:
        """Bytes of the upload with the proposal."""
        return self.upload.total_bytes - sum(self.sizes.values()) + sum(self.left.values())


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("path", nargs="?", default=".", metavar="PATH", help="a Worker's folder (default: here)")
    add("--config", default="", metavar="F", help="a wrangler config, relative to PATH")
    add("--env", default=None, metavar="N", help="an environment of the config")
    add("--format", default="text", choices=("text", "json", "markdown"))
    add("--write", action="store_true", help="edit the config, then predict the upload again")
    add("--prove", action="store_true", help="import everything in Pyodide before and after; needs Node")
    add("--timeout", default=300.0, type=float, metavar="S", help="seconds for the imports in Pyodide")


def run(args: argparse.Namespace) -> int:
    worker = find_one(args.path, config=args.config)
    config = resolve(worker, env=args.env)
    upload = predict(worker, env=args.env)
    if upload.error is not None:
        raise CouldNotRun(f"wrangler {upload.wrangler} would refuse: {upload.error}")
    there = vendored.read(worker)
    if not there.sizes:
        raise CouldNotRun(
            f"nothing is vendored: `{text.relative(there.folder)}` is not there; `pywrangler sync` makes it"
        )
    trim = _trim(worker, config, upload, there, args)
    written = _write(worker, config, trim, args) if args.write else False
    _print(trim, there, written, args)
    return 0


def _trim(worker: Worker, config: Config, upload: Upload, there: Vendored, args: argparse.Namespace) -> _Trim:
    sizes = {
        module.name.removeprefix(_VENDORED): module.size
        for module in upload.modules
        if module.name.startswith(_VENDORED)
    }
    given = config.exclude
    needed: dict[str, str] = {}
    proposal = trimming.propose(sizes, there, given, needed)
    proved = ""
    for words, prove in _provers(worker, config, there, args):
        before = prove(upload)
        for _ in range(_ROUNDS):
            left = trimming.remaining(sizes, proposal.exclude)
            taken = sizes.keys() - left.keys()
            new = {key: by for key, by in prove(_without(upload, left)).items() if key not in before}
            back = {file: why for key, by in new.items() for file, why in _needed(key, by, taken, there)}
            if not back:
                break
            needed |= back
            proposal = trimming.propose(sizes, there, given, needed)
        else:
            raise CouldNotRun(f"no list of patterns was found that keeps every import ({words})")
        if new:
            names = ", ".join(sorted({module for module, _ in new})[:5])
            raise CouldNotRun(f"with the proposed list these do not import, and no file tells why ({words}): {names}")
        proved = words
    return _Trim(upload, sizes, proposal, trimming.remaining(sizes, proposal.exclude), proved)


def _provers(worker: Worker, config: Config, there: Vendored, args: argparse.Namespace) -> Iterable[tuple[str, Prover]]:
    """The analysis always, Pyodide where it is asked for: each imports main and every package by its top name."""
    first = Analysis(worker, config, predict(worker, env=args.env))

    def analysed(upload: Upload) -> dict[tuple[str, str], str]:
        analysis = Analysis(worker, config, upload)
        analysis.modules = first.modules  # each is read and scanned once, for all rounds
        reach = Reach(analysis.resolver(), number(analysis.python))
        rest = [(dotted, static.spec(name)) for dotted, name in _subject(analysis, config, there).modules]
        found = reach.from_modules([(module_name(analysis.main), Spec("module", analysis.main))], rest)
        return {(each.module, each.missing.name): each.importer for each in found.failures}

    yield "by analysis", analysed
    if not args.prove:
        return
    from edgewheel.commands.progress import waiting
    from edgewheel.runtime import npm, pyodide

    npm.node()

    def ran(upload: Upload) -> dict[tuple[str, str], str]:
        analysis = Analysis(worker, config, upload)
        name, version, integrity = pyodide.package(analysis.python)
        with waiting(f"importing in {name} {version}"):
            folder = npm.fetch(name, version, integrity)
            subject = _subject(analysis, config, there)
            readers = analysis.readers
            proof = pyodide.prove(subject, readers, python=analysis.python, folder=folder, timeout=args.timeout)
        return {(each.module, each.name): each.importer for each in proof.problems}

    yield "in Pyodide", ran


def _subject(analysis: Analysis, config: Config, there: Vendored) -> Subject:
    """Main, the project's modules, and each top name that is vendored."""
    known = library(analysis.python)
    pth = is_on("python_process_pth_files", config.date, config.flags)
    what = static.subject(analysis.tree, analysis.main, stand_ins=known.stand_ins, pth=pth)
    tops = [(top, f"{_VENDORED}{file}") for each in there.distributions for top in each.tops for file in _files(top)]
    return what._replace(modules=(*what.modules, *(each for each in tops if each[1] in analysis.tree.files)))


def _files(top: str) -> tuple[str, str]:
    return f"{top}/__init__.py", f"{top}.py"


def _without(upload: Upload, left: dict[str, int]) -> Upload:
    kept = tuple(
        module
        for module in upload.modules
        if not module.name.startswith(_VENDORED) or module.name.removeprefix(_VENDORED) in left
    )
    return upload._replace(modules=kept)


def _needed(
    failed: tuple[str, str], importer: str, taken: Collection[str], there: Vendored
) -> Iterable[tuple[str, str]]:
    """The files to take back: those of the module that was not found, else all that was taken of the package that
    does not import.
    """
    module, name = failed
    path = name.replace(".", "/")
    own = [each for each in (f"{path}.py", f"{path}/__init__.py") if each in taken]
    if own:
        return [(each, f"`{importer.removeprefix(_VENDORED)}` imports it") for each in own]
    inside = [each for each in taken if each.startswith(f"{path}/")]
    top = module.partition(".")[0]
    owner = next((each.name for each in there.distributions if top in each.tops), "")
    back = inside or [each for each in taken if there.owners.get(each) == owner]
    return [(each, f"`{module}` does not import without it") for each in back if not each.endswith(".pyc")]


def _write(worker: Worker, config: Config, trim: _Trim, args: argparse.Namespace) -> bool:
    """Puts the list into the config, keeps its comments, and holds the new prediction against the promised one."""
    from edgewheel.commands.mend import replace
    from edgewheel.text.edit import CannotEdit, appended, inserted, literal, table_added

    document = worker.config
    key = config.key("python_modules")
    table_there = document.get(*key)
    wanted = trim.proposal.exclude
    try:
        if isinstance(table_there, dict) and isinstance(table_there.get("exclude"), list):
            for each in wanted:
                if each not in document.get(*key, "exclude"):
                    document = appended(document, (*key, "exclude"), each)
        elif isinstance(table_there, dict):
            document = inserted(document, key, "exclude", _written(wanted, literal))
        elif document.path.endswith(".toml"):
            document = table_added(document, ".".join(map(str, key)), [f"exclude = {_written(wanted, literal)}"])
        else:
            value = "{ " + f'"exclude": {_written(wanted, literal)}' + " }"
            document = inserted(document, key[:-1], "python_modules", value)
    except CannotEdit:
        raise CouldNotRun(f"`{text.relative(document.path)}` cannot be edited: paste the list by hand") from None
    if document.text == worker.config.text:
        return False
    before = worker.disk.read(document.path)
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    replace({document.path: mark + document.text.encode()})
    again = predict(find_one(args.path, config=args.config), env=args.env)
    if again.error is not None or again.total_bytes != trim.after:
        replace({document.path: before})
        raise CouldNotRun("the upload with the new list is not the promised one, so the config is as it was")
    return True


def _written(wanted: Sequence[str], literal: Callable[[str], str]) -> str:
    lines = "".join(f"\n  {literal(each)}," for each in wanted)
    return f"[{lines.rstrip(',')}\n]"


def _print(trim: _Trim, there: Vendored, written: bool, args: argparse.Namespace) -> None:  # noqa: FBT001 - one call
    packages = _by_package(trim, there)
    saved = trim.upload.total_bytes - trim.after
    if args.format == "json":
        record: dict[str, Any] = {
            "findings": [],
            "exclude": trim.proposal.exclude,
            "patterns": [
                {"pattern": each.text, "why": each.why, "files": len(each.files), "bytes": each.size}
                for each in trim.proposal.patterns
            ],
            "packages": packages,
            "kept": [each._asdict() for each in trim.proposal.kept],
            "before": trim.upload.total_bytes,
            "after": trim.after,
            "saved": saved,
            "proved": trim.proved,
            "written": written,
        }
        print(json.dumps(record, indent=2, ensure_ascii=False))
        return
    draw = table.markdown if args.format == "markdown" else table.text
    rows = [(each.text, each.why, f"{len(each.files):,}", f"{each.size:,}") for each in trim.proposal.patterns]
    print("\n".join(draw(("pattern", "what", "files", "bytes"), rows, right=(2, 3))))
    print()
    top = [(name, f"{size:,}") for name, size in list(packages.items())[:10]]
    print("\n".join(draw(("package", "saved"), top, right=(1,))))
    print()
    for each in trim.proposal.kept[:10]:
        print(f"stays: {text.clean(each.path)} ({text.clean(each.why)})")
    share = saved / (trim.upload.total_bytes or 1)
    print(
        f"{trim.upload.total_bytes:,} bytes before, {trim.after:,} after: {saved:,} less ({share:.1%}), {trim.proved}"
    )
    if args.write:
        name = text.relative(trim.upload.config)
        print(f"{name}: {'written' if written else 'unchanged'}; nothing on the disk was deleted")
    else:
        print("`edgewheel trim --write` puts the list into the config; nothing on the disk is deleted")


def _by_package(trim: _Trim, there: Vendored) -> dict[str, int]:
    saved: dict[str, int] = {}
    for file, size in trim.sizes.items():
        if file not in trim.left:
            owner = there.owners.get(file, "(no package's)")
            saved[owner] = saved.get(owner, 0) + size
    return dict(sorted(saved.items(), key=lambda item: (-item[1], item[0])))
