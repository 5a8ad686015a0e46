"""A bar on stderr for what takes long, where a person looks and cursor movements are wanted."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(steps: int, words: str) -> Iterator[Callable[[], None]]:
    """Gives what to call after each step; silent where stderr is no terminal."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR") or os.environ.get("CI"):
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from edgewheel.reports import terminal

    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=terminal.console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=steps)
        yield lambda: bar.advance(task)


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """A moving bar for what nobody knows the length of; silent where stderr is no terminal."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR") or os.environ.get("CI"):
        yield
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from edgewheel.reports import terminal

    columns = (TextColumn(words), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal.console(stderr=True), transient=True) as bar:
        bar.add_task(words, total=None)
        yield
