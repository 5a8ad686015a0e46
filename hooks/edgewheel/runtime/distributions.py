"""Which distribution is imported under which module names, and which one brings which others.

facts: `distributions.json`, read from the newest wheels on PyPI
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from edgewheel.data import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: What a distribution's name has that its module lacks: `python-dateutil`, `pyserial`, `foo-python`.
_HEADS = ("python_", "py_", "py", "django_", "types_")
_TAILS = ("_python", "_py", "_sdk", "_client")


def brought(keys: Iterable[str]) -> set[str]:
    """Distributions (normalised names) with all that they are well known to require."""
    brings = facts("distributions")["brings"]
    found = set(keys)
    for key in list(found):
        found.update(brings.get(key, ()))
    return found


def is_known(key: str) -> bool:
    """Whether the table says what a distribution (normalised name) brings."""
    return key in facts("distributions")["brings"]


class Distributions:
    """Declared distributions and the modules that they stand for. `installed` tells what an installed one really
    has, None where it is not installed; it is asked only for a name that is not known otherwise.
    """

    def __init__(self, keys: Iterable[str], installed: Callable[[str], tuple[str, ...] | None]) -> None:
        self.keys = sorted(keys)
        self._names: dict[str, list[str]] = facts("distributions")["names"]
        self._installed = installed

    def provider(self, module: str) -> str:
        """The declared distribution that gives a dotted module; "" for none."""
        for key in self.keys:
            known = self._names.get(key)
            if known is not None and any(_below(module, name) for name in known):
                return key
        unknown = [key for key in self.keys if key not in self._names]
        for key in unknown:
            if _below(module, key.replace("-", "_")) or _below(module, key.replace("-", ".")):
                return key
        kin = not is_named(module)
        for key in unknown:
            names = self._installed(key)
            if (
                names is None
                and kin
                and key not in _named()
                and _is_alike(key.replace("-", "_").lower(), module.lower())
            ):
                return key
            if names is not None and any(_below(module, name) or _below(name, module) for name in names):
                return key
        return ""

    def fills(self, module: str) -> bool:
        """Whether a dotted module is a namespace in which a declared distribution lives: `google`, by google-auth."""
        return any(name.startswith(f"{module}.") for key in self.keys for name in self._names.get(key, ()))


def distribution_of(module: str) -> str:
    """The distribution to require for a dotted module that nothing declares: the well-known one, else its own name."""
    known = by_module()
    name = next((name for name in upwards(module) if name in known), "")
    if name:
        return min(known[name], key=lambda key: (len(key), key))
    return module.partition(".")[0].replace("_", "-").lower()


@cache
def by_module() -> dict[str, list[str]]:
    """The well-known distributions by each module that they bring."""
    found: dict[str, list[str]] = {}
    for key, names in facts("distributions")["names"].items():
        for name in names:
            found.setdefault(name, []).append(key)
    return found


def upwards(module: str) -> Iterator[str]:
    """A dotted name, then the packages that it lies in, innermost first."""
    while module:
        yield module
        module = module.rpartition(".")[0]


@cache
def _named() -> frozenset[str]:
    """The distributions that the table knows by name, whatever it says of them."""
    table = facts("distributions")
    brought = (name for names in table["brings"].values() for name in names)
    return frozenset((*table["names"], *table["brings"], *brought))


def is_named(module: str) -> bool:
    """Whether a module is known to be one distribution's, so that a name which only begins alike is no kin."""
    own = module.partition(".")[0].replace("_", "-").lower()
    return own in _named() or any(name in by_module() for name in upwards(module))


def _below(module: str, name: str) -> bool:
    return module == name or module.startswith(f"{name}.")


def _is_alike(key: str, module: str) -> bool:
    """Whether a distribution that nobody knows may be meant: silence is better than a false alarm."""
    top = module.partition(".")[0]
    if key.startswith(f"{top}_") or module.replace(".", "_").startswith(key):
        return True
    return top in {key.removeprefix(head) for head in _HEADS} | {key.removesuffix(tail) for tail in _TAILS}
