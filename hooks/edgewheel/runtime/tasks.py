"""Work that waits for other work, done without the interpreter's recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    #: yields the tasks that it waits for; answers with the error that is raised, "" for none
    Task = Generator["Task", str, str]


def finish(task: Task) -> None:
    """Runs a task and those that it waits for, without the interpreter's recursion."""
    stack = [task]
    answer: str | None = None
    while stack:
        try:
            while True:
                stack.append(next(stack[-1]) if answer is None else stack[-1].send(answer))
                answer = None
        except StopIteration as end:  # noqa: PERF203 - the inner loop is the long one
            stack.pop()
            answer = end.value
