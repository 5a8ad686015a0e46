"""Groups a log's lines into blocks: what one program says about one error, from its mark to the last line of it.

A program is known by its mark where a line begins: `✘ [ERROR]` is wrangler, `ERROR    ` pywrangler (wrapped at 80
columns), `error: ` uv, `npm error`, `Traceback`, an object with `outcome` a tail event. What another tool says about an
error, a test's name or a document, begins otherwise and is a line of its own.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.data import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.logs.lines import Line

#: Lines of one block, and lines of another job that may stand between two of them.
_LONGEST = 400
_BETWEEN = 3
#: Before each line where several jobs write into one log: `api:deploy: `, `api-1  | `, `[api] `, `[@acme/api]: `,
#: `packages/api deploy: `, `Step #1 - "deploy": `, `[CI/deploy]   | `. A file's name, an exception, `error: ` is none.
_LABEL = re.compile(
    r"(?:\u27a4 YN\d{4}: )?(?:\[[\w@./: -]{1,80}\](?:: | +\| | )"
    r"|Step #\d+(?: - \"[^\"]{1,80}\")?: |[\w@./:-]{1,80}(?:: | +\| )|[\w@./-]{1,80} [\w:.-]{1,40}: )|\u27a4 YN\d{4}: "
)
_NO_LABEL = re.compile(r"(?i:.*(?:error|exception|warning|hint|info)\]?: )|.*\.[a-z]{2,5}: ")
_WRANGLER = re.compile(r"(?:[✘X]|\ufffd+) \[ERROR\]")
_PYWRANGLER = re.compile(r"ERROR {2,}(?P<head>\S.*)")
_UV = re.compile(r"\s*(?:(?:WARNING|ERROR) +)?(?:error: |[\xd7] (?:No solution found|Failed to ))")
_TRACE = re.compile(r"[^>#|*`]*?Traceback \(most recent call last\)")
_NPM = re.compile(r"npm (?:error|ERR!)(?: |$)| ?(?:ELIFECYCLE|ERR_PNPM_\w+) ")
_TAIL = re.compile(r"\s*(?:\{.*)?\"outcome\": ?\"")
_PRETTY = re.compile(r"\S.* - (?:Exception Thrown|Exceeded (?:CPU|Memory) Limit|Unknown) @ ")
_API = re.compile(r"\[code: \d{4,8}\]\s*$")
#: Frames of the runtime, of what runs in it, and of pywrangler.
_OURS = re.compile(r"/session/|pyodide|python_modules|/lib/python3\d+\.zip|pywrangler|workers_runtime|<exec>")
_FRAME = re.compile(r"^\s+File \"")
#: pytest's live log, Python's logging: `ERROR    root:conftest.py:12 …`
_LOGGED = re.compile(r"^\S+:\S+\.py:\d+|^\[?\d{4}-\d\d-\d\d|^\S+ - ")
_DEPLOY = re.compile(r"wrangler|deploy|workers-py|edgewheel")
_UV_WORDS = re.compile(r"`|\xd7 |\buv\b|hint: |No (?:solution|interpreter) found|^\s+cause: ", re.MULTILINE)
#: Keys of a tail event.
_OF_EVENTS = frozenset({"exceptions", "logs", "scriptName", "eventTimestamp", "cpuTime", "wallTime", "event"})
#: What stands before the words themselves.
_LEAD = re.compile(
    r"^(?:\s+- |\s+|(?:[✘X]|\ufffd+) \[ERROR\] ?|[▲!] \[WARNING\] ?|\[custom build\] "
    r"|(?:ERROR|WARNING|INFO|OUTPUT) {2,}|(?:[Ee]rror|hint|warning|Caused by|PythonError): |\((?:error|warn)\) "
    r"|Uncaught (?:\(in promise\) )?"
    r"|[\xd7╰─▶├│]+ |[A-Za-z_][\w.]*(?:Error|Exception): |<[^<>]{1,200}>"
    r"|(?:\S*/)?(?:(?:ba|z|da|k)?sh|\S+\.sh): (?:(?:line )?\d+: )?)+"
)


class LogBlock(NamedTuple):
    """`program` is wrangler, pywrangler, uv, npm, trace, tail, api, or "" for a line of none; `line` is the number of
    the first line, `lines` are all of them as they are.
    """

    program: str
    line: int
    lines: tuple[str, ...]

    @property
    def head(self) -> str:
        """The first words, without the mark."""
        return next(filter(None, map(spoken, self.lines)), "")


def spoken(text: str) -> str:
    """A line from where a tool begins to speak: without marks, names of exceptions and indent."""
    return _LEAD.sub("", text)


def label(text: str) -> str:
    """The name of a job before a line, with what divides it from the line; empty where there is none."""
    match = _LABEL.match(text)
    if match is None or _NO_LABEL.fullmatch(match[0]):
        return ""
    return match[0] + (label(text[match.end() :]) if text.startswith("[", match.end()) else "")


def blocks(lines: Iterable[Line]) -> Iterator[LogBlock]:
    """Every line once, in a block of its program or alone."""
    is_open: _Open | None = None
    last = 0
    for number, text in lines:
        if is_open is not None and number > last + 1:
            yield from is_open.closed()
            is_open = None
        last = number
        taken = is_open.take(text) if is_open else "ends"
        if taken == "is in":
            continue
        started = _start(number, text)
        if is_open is not None and (taken == "ends" or started is not None):
            yield from is_open.closed()
            is_open = None
        if started is not None:
            is_open = started
        elif _PRETTY.match(text):
            yield LogBlock("tail", number, (text,))
        else:
            yield LogBlock("api" if _API.search(text) else "", number, (text,))
    if is_open is not None:
        yield from is_open.closed()


class _Open:
    """A block that may still grow."""

    def __init__(self, program: str, number: int, text: str, prefix: str) -> None:
        self.program = program
        self.number = number
        self.prefix = prefix
        self.lines = [text[len(prefix) :]]
        self.between = self.aside = 0
        self.ended = False

    def take(self, text: str) -> str:
        """Whether a line `is in` the block, `passes` between two lines of it, or `ends` it."""
        if len(self.lines) == 1 and not text.startswith(self.prefix):
            outer = label(text)  # the rest is the name of a logger, before the first line only
            if self.prefix.startswith(outer) and (outer or text[:1].isspace()):
                self.prefix = outer
        if self.prefix and not text.startswith(self.prefix.rstrip()):
            self.aside += 1
            return "passes" if self.aside < _LONGEST else "ends"
        body = text[len(self.prefix) :]
        taken: str = getattr(self, f"_{self.program}")(body) if len(self.lines) < _LONGEST else "ends"
        if taken == "is in":
            self.lines.append(body)
        return taken

    def _wrangler(self, text: str) -> str:
        inside = not text.strip() or (text[0].isspace() and not _NPM.match(text) and "\u26c5" not in text)
        code = _API.search(text) is not None
        if inside and (not self.between or code or len(self.lines) == 1):
            return "is in"
        if code and len(self.lines) < 5:  # pasted without its indent
            return "is in"
        self.between += not inside
        return "passes" if self.between <= _BETWEEN else "ends"

    def _pywrangler(self, text: str) -> str:
        return "is in" if re.match(r" {7,}\S", text) else "ends"

    def _uv(self, text: str) -> str:
        if text.startswith(("[stderr]", "[stdout]")):
            self.ended = True  # what the failed program said, with empty lines, up to the next mark
        if not text.strip() or text[:1].isspace() or text.startswith(("Caused by", "hint:", "  \xd7")):
            return "is in"
        return "is in" if self.ended and not _PYWRANGLER.match(text) and not _UV.match(text) else "ends"

    def _npm(self, text: str) -> str:
        return "is in" if text.startswith(("npm error", "npm ERR!")) else "ends"

    def _trace(self, text: str) -> str:
        if "Traceback (most recent call last)" in text or text.startswith(("During handling", "The above exception")):
            self.ended = False
            return "is in"
        if not text.strip() or text.startswith(" "):
            return "ends" if self.ended and text.strip() else "is in"
        if self.ended:
            return "ends"
        self.ended = True
        return "is in"

    def _tail(self, text: str) -> str:
        if self.ended:
            return "ends"
        self.ended = text.rstrip() == "}"
        return "is in"

    def closed(self) -> Iterator[LogBlock]:
        while self.lines and not self.lines[-1].strip():
            self.lines.pop()
        if self.program == "tail":
            yield from _event(self.number, "\n".join(self.lines))
        elif self._is_ours():
            yield LogBlock(self.program, self.number, tuple(self.lines))

    def _is_ours(self) -> bool:
        whole = "\n".join(self.lines)
        if self.program == "trace":
            return _OURS.search(whole) is not None or not any(map(_FRAME.match, self.lines))
        if self.program == "uv":
            return _UV_WORDS.search(whole) is not None and _opens("uv", self.lines[0])
        if self.program == "npm":
            runs = re.search(r"command (?!failed)|Lifecycle|ELIFECYCLE|Command failed|run-script|_FIRST_FAIL", whole)
            return runs is None or _DEPLOY.search(whole) is not None
        return True


def _start(number: int, text: str) -> _Open | None:
    """The block that a line begins, behind the label of its job or without one."""
    for prefix in dict.fromkeys((label(text), "")):
        if program := _program(text[len(prefix) :]):
            opened = _Open(program, number, text, prefix)
            if program == "tail":
                opened.ended = text.rstrip().endswith("}") and opened.lines[0].lstrip().startswith("{")
            return opened
    return None


def _program(text: str) -> str:
    """The program whose errors begin as this line does, or ""."""
    if _WRANGLER.match(text):
        return "wrangler"
    if (match := _PYWRANGLER.match(text)) and not _LOGGED.match(match["head"]) and _opens("pywrangler", text):
        return "pywrangler"
    for program, begins in (("uv", _UV), ("tail", _TAIL), ("trace", _TRACE), ("npm", _NPM)):
        if begins.match(text):
            return program
    return ""


def _opens(program: str, text: str) -> bool:
    """Whether a line begins as this program's errors do."""
    return re.match(facts("log_texts")["openings"][program], spoken(text)) is not None


def _event(number: int, text: str) -> Iterator[LogBlock]:
    """A tail event whose outcome is not `ok`, as lines: the outcome, its exceptions, what it logged as errors."""
    text = text.strip()
    try:
        event = json.loads(text if text.startswith("{") else "{" + text)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        outcome = re.search(r"\"outcome\": ?\"(\w+)\"", text)
        event = {"outcome": outcome[1] if outcome else "ok", "exceptions": [{"message": text}]}
    elif _OF_EVENTS.isdisjoint(event):  # another tool's: the outcome of a CI step
        return
    if event.get("outcome") != "ok":
        yield LogBlock("tail", number, (f"outcome: {event.get('outcome')}", *_said(event)))


def _said(event: dict[str, Any]) -> Iterator[str]:
    for each in _dicts(event.get("exceptions")):
        name = f"{each['name']}: " if isinstance(each.get("name"), str) else ""
        yield from f"{name}{each.get('message')}".split("\n")
    for each in _dicts(event.get("logs")):
        if each.get("level") == "error":
            message = each.get("message")
            for part in message if isinstance(message, list) else [message]:
                yield from str(part).split("\n")


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
