"""One git process that answers question by question, for a run that cannot know all of them before."""

from __future__ import annotations

import contextlib
import os
import select
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

_FIELDS = 4
#: Seconds for one answer: git has read the ignore files after the first one.
_PATIENCE = 10.0


class IgnoreQuestions:
    """`git check-ignore` about paths, one after the other. facts: git flushes its answer to each path of `--stdin`."""

    def __init__(self, start: Sequence[str], environment: Mapping[str, str]) -> None:
        """`start` begins the command, up to the subcommand."""
        import subprocess

        command = [*start, "check-ignore", "-v", "-n", "-z", "--stdin"]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=nothing, env={**environment, "GIT_FLUSH": "1"}
        )
        weakref.finalize(self, _end, self._process)

    def ask(self, path: str) -> list[str] | None:
        """Source, line and pattern of the rule that decides, empty for none; None where git gives no answer."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None  # noqa: S101 - both are pipes
        assert told is not None  # noqa: S101
        answer = b""
        try:
            asked.write(path.encode("utf-8", "surrogateescape") + b"\0")
            asked.flush()
            while answer.count(b"\0") < _FIELDS:
                ready, _, _ = select.select([told], [], [], _PATIENCE)
                more = os.read(told.fileno(), 65536) if ready else b""
                if not more:
                    return None
                answer += more
        except OSError:
            return None
        return answer.decode("utf-8", "surrogateescape").split("\0")[:3]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()  # it only reads; the end of its input may not reach it where another process has it too
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()
