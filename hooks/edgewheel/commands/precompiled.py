"""The compiled files that `precompile` adds to a deploy: which modules, as far as the size budget goes, and what the
config lacks so that wrangler uploads them. Shared by `stage` and `startup`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.commands.progress import waiting
from edgewheel.reports.text import plural
from edgewheel.runtime import bytecode
from edgewheel.runtime.startup import is_own
from edgewheel.wrangler.globs import any_match, compile_glob
from edgewheel.wrangler.limits import limits, warn_share
from edgewheel.wrangler.sizes import human

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from edgewheel.deploy import Deploy

_RULE = '[[rules]]\ntype = "Data"\nglobs = ["**/*.pyc"]\nfallthrough = true'
#: Seconds for compiling everything; 2,300 modules took 5.
_TIMEOUT = 600.0


class Precompiled(NamedTuple):
    """Compiled files by upload name, of how many modules; `notes` are what people must know: what the config lacks, and
    what found no room.
    """

    files: dict[str, bytes]
    notes: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(map(len, self.files.values()))


def precompiled(
    deploy: Deploy, own: Mapping[str, Callable[[], bytes]] | None = None, *, as_if: bool = False
) -> Precompiled:
    """Made of the bytes that are uploaded; `own` are those of the project in the place of the upload's, by name.
    `as_if` the config let wrangler upload all of them.
    """
    from edgewheel.runtime.real import compiling

    readers = {name: read for name, read in deploy.readers.items() if own is None or not is_own(name)} | dict(own or {})
    takes = _takes(deploy)
    names = [name for name in readers if name.endswith(".py")]
    wanted = [name for name in names if as_if or takes(bytecode.compiled_name(name, deploy.python))]
    sources = {name: readers[name]() for name in wanted}
    made = compiling.compiled(sources, deploy.python, timeout=_TIMEOUT, waiting=waiting)
    room = _room(deploy)
    first = _order(deploy, made) if sum(map(len, made.values())) > room else []
    found = bytecode.chosen(made, first, room)
    files = {bytecode.compiled_name(name, deploy.python): content for name, content in found.files.items()}
    return Precompiled(files, (*_lacking(deploy, names, wanted), *_left(found.left)))


def _takes(deploy: Deploy) -> Callable[[str], bool]:
    """Whether wrangler uploads a compiled file under its name, as it is."""
    excluded = any_match([compile_glob(text) for text in deploy.config.exclude])
    rules = [(compile_glob(glob), rule.type) for rule in deploy.active.rules for glob in rule.globs]
    listed = deploy.config.find_additional_modules is not False or not deploy.behavior.find_modules_optional

    def takes(name: str) -> bool:
        if name.startswith("python_modules/"):
            return not (deploy.behavior.exclude and excluded(name.removeprefix("python_modules/")))
        return listed and next((kind for glob, kind in rules if glob.matches(name)), "") == "Data"

    return takes


def _room(deploy: Deploy) -> int:
    """The bytes up to where EW404 warns, for what is not compiled yet. Of a limit on the packed size a compiled file
    takes as much as of one on the size: it packs to less.
    """
    left = tuple(each for each in deploy.upload.modules if bytecode.source_name(each.name) is None)
    upload = deploy.upload._replace(modules=left)
    share, rooms = warn_share(deploy.worker.settings), []
    for limit in limits(deploy.worker.settings):
        used = sum(each.size for each in left)
        if limit.gzip:
            from edgewheel.wrangler.content import gzip_estimate

            used = gzip_estimate(upload, deploy.disk)
        rooms.append(int(limit.size * share) - used)
    return max(0, min(rooms, default=0))


def _order(deploy: Deploy, names: Mapping[str, bytes]) -> list[str]:
    """What the start runs first: the project's modules that main reaches, then what these can reach."""
    from edgewheel.trim.reach import reachable

    reached = [name for name, at in deploy.reached.modules.items() if at == "start" and name in names]
    vendored = {name[15:]: read for name, read in deploy.readers.items() if name.startswith("python_modules/")}
    own = {name: read for name, read in deploy.readers.items() if is_own(name)}
    found = reachable(vendored, own, deploy.worker.disk.records).files
    return [*reached, *sorted(f"python_modules/{name}" for name in found)]


def _lacking(deploy: Deploy, names: list[str], wanted: list[str]) -> Iterator[str]:
    """What the config has to say before wrangler uploads compiled files."""
    if any(map(is_own, names)) and not any(map(is_own, wanted)):
        yield (
            "`precompile` has no effect on the project's modules: no rule uploads `.pyc` files. In "
            f"wrangler.toml:\n{_RULE}"
        )
    if not all(map(is_own, names)) and all(map(is_own, wanted)):
        given = [text for text in deploy.config.exclude if not compile_glob(text).matches("a/__pycache__/a.pyc")]
        listed = ", ".join(f'"{text}"' for text in given)
        yield (
            "`precompile` has no effect on python_modules: `exclude` leaves `.pyc` files out (a list of your own "
            f"replaces wrangler's default). In wrangler.toml:\n[python_modules]\nexclude = [{listed}]"
        )


def _left(left: Mapping[str, int]) -> Iterator[str]:
    if left:
        yield (
            f"{plural(len(left), 'module')} not compiled ahead ({human(sum(left.values()))}): there is no room for "
            "more below `warn-at` of the size limit"
        )
