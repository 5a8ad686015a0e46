"""EW501: compiled modules that the runtime cannot load, or runs in the place of a newer source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.findings import Finding, Place
from edgewheel.rules.ew5.listing import SYNC, listed
from edgewheel.rules.registry import rule
from edgewheel.runtime import bytecode, python

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploy, Deploys

#: How other platforms' programs begin.
_KINDS = {
    b"\x7fELF": "a program part for Linux (ELF)",
    b"MZ": "a program part for Windows",
    b"\xcf\xfa\xed\xfe": "a program part for macOS",
    b"\xce\xfa\xed\xfe": "a program part for macOS",
    b"\xca\xfe\xba\xbe": "a program part for macOS",
}
_COMPILED = re.compile(r"\.(cpython-3\d+-[\w-]+|cp3\d+-[\w-]+|abi3)\.(?:so|pyd)$")


@rule("EW501", "worker-bundle")
def stale_compiled_modules(deploys: Deploys) -> Iterator[Finding]:
    """Compiled modules in python_modules that were built for another Python than the configuration selects, or that are
    not WebAssembly by their first bytes, whatever their name says. Also `.pyc` files in the upload that do not fit
    their source.

    Workers: the runtime does not see them: `No module named 'pydantic_core._pydantic_core'` at the first request.
    pywrangler syncs again when pyproject.toml or pylock.toml changes, never for a new compatibility date or flag. A
    `.pyc` file of the kind that Python does not check runs in the place of the source beside it, an older one too.

    Fix: `pywrangler sync --force`, or the date and flags that the files were made for; `edgewheel stage` for `.pyc`
    files that `precompile` made, and removing those that nobody wants.

    Bad:
        # wrangler.toml
        compatibility_date = "2026-10-01"

        # python_modules/pydantic_core/_pydantic_core.cpython-313-wasm32-emscripten.so

    Good:
        # wrangler.toml
        compatibility_date = "2026-10-01"

        # python_modules/pydantic_core/_pydantic_core.cpython-314-wasm32-emscripten.so
    """
    worker = deploys.worker
    foreign = {file: kind for file in worker.vendored.sizes if (kind := _foreign(deploys, file))}
    for kind in sorted(set(foreign.values())):
        files = [file for file in foreign if foreign[file] == kind]
        yield Finding(
            f"{listed([f'python_modules/{file}' for file in files])} {'is' if len(files) == 1 else 'are'} not "
            f"WebAssembly but {kind}: importing {_them(files)} fails on Workers",
            Place(f"{worker.vendored.folder}/{files[0]}"),
            SYNC,
        )
    yield from _unfit(deploys)
    built = _built([file for file in worker.vendored.sizes if file not in foreign])
    yield from dict.fromkeys(_of_another_python(deploys, built))


def _built(compiled: list[str]) -> dict[str, list[str]]:
    """Compiled modules by the Python that their names say they were made for."""
    suffixes = {row["so_suffix"]: name for name, row in facts("pythons")["pythons"].items()}
    built: dict[str, list[str]] = {}
    for file in compiled:
        if _COMPILED.search(file) and not file.endswith(".abi3.so"):
            made = next((name for suffix, name in suffixes.items() if file.endswith(suffix)), "")
            built.setdefault(f"Python {made}" if made else "another platform", []).append(file)
    return built


def _of_another_python(deploys: Deploys, built: dict[str, list[str]]) -> Iterator[Finding]:
    for deploy in deploys.all if built else ():
        for made, files in built.items():
            if made != f"Python {deploy.python}" and not python.is_open(deploy.config.date):
                yield Finding(
                    f"{listed([f'python_modules/{file}' for file in files])} {_were(files)} compiled for {made} and "
                    f"the configuration selects Python {deploy.python}: the runtime does not find {_them(files)}",
                    deploy.config.place("compatibility_date"),
                    SYNC,
                )


def _unfit(deploys: Deploys) -> Iterator[Finding]:
    """Uploaded `.pyc` files that Python would run without a look at a source that says something else; where
    `precompile` makes such files, also those that it would pass over.
    """
    precompiles = deploys.settings.precompile
    fix = "edgewheel stage" if precompiles else "remove the `.pyc` files: find . -name '*.pyc' -delete"
    for deploy in deploys.uploads():
        stale: list[str] = []
        idle: list[str] = []
        for name, read in deploy.readers.items():
            if (of := bytecode.source_name(name)) is None:
                continue
            source, content = deploy.readers.get(of[0]), read()
            if of[1] == deploy.python and source is not None and bytecode.fits(content, source(), of[1]):
                continue
            runs = of[1] == deploy.python and source is not None and bytecode.is_unchecked(content, of[1])
            (stale if runs else idle).append(name)
        if stale:
            message = f"{listed(stale)} {_were(stale)} compiled from another text than the one beside: the runtime runs"
            yield Finding(f"{message} the old code", _at(deploy, stale[0]), fix)
        if idle and precompiles:
            message = f"{listed(idle)} {'fits' if len(idle) == 1 else 'fit'} no uploaded module on Python"
            yield Finding(f"{message} {deploy.python}: uploaded for nothing", _at(deploy, idle[0]), fix)


def _at(deploy: Deploy, name: str) -> Place:
    return Place(deploy.path(name)) if deploy.path(name) else deploy.place


def _foreign(deploys: Deploys, file: str) -> str:
    """What a compiled file is that is not WebAssembly; "" for one that is, and for what its name tells already."""
    suffix = _COMPILED.search(file)
    if not file.endswith((".so", ".pyd", ".dylib")) or (suffix and suffix[1] != "abi3" and "wasm32" not in suffix[1]):
        return ""
    vendored = deploys.worker.vendored
    head = deploys.disk.head(f"{vendored.folder}/{file}", 4) if vendored.sizes[file] else b""
    if not head or head == b"\0asm":
        return ""
    return next((kind for magic, kind in _KINDS.items() if head.startswith(magic)), "another kind of file")


def _were(files: Sequence[str]) -> str:
    return "was" if len(files) == 1 else "were"


def _them(files: Sequence[str]) -> str:
    return "it" if len(files) == 1 else "them"
