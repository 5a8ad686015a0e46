"""A module's record without a syntax tree: ten times faster, and silent about what it cannot read for sure.

Import statements are recognised line by line, after docstrings have been blanked; what stands in a block other than a
function, a class or `if TYPE_CHECKING:`, and every trick with `sys.path` and the like, is left to `syntax`. Of the top
level, its statements are told apart by the lines that begin without an indentation: which names they bind, what they
call.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from edgewheel.sources.before import Unsure, decode, endless
from edgewheel.sources.records import IN_FUNCTION, Block, Import, Record

#: What only a syntax tree can read.
_MARKS = ("import_module", "__import__", "__path__", "from sys import", "addsitedir", "__spec__")
_SYS_MARKS = ("sys.path", "sys.modules", "sys.meta_path")
_STATEMENT = re.compile(
    r"""^([ \t]*)(
        import[ \t]+[\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*
      | from[ \t]+(?:\.+(?:[ \t]*\w[\w.]*)?|\w[\w.]*)[ \t]+import[ \t]*
        (?:\*|\((?:[^()\#'"\\;]|\#[^\n]*)*\)|\w+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*\w+(?:[ \t]+as[ \t]+\w+)?)*)
    )[ \t]*(?:\#[^\n]*)?$""",
    re.MULTILINE | re.VERBOSE,
)
_WORD = re.compile(r"\bimport\b")
#: Strings and comments; group 1 is one that its line does not close: what would look for its end again and again.
_INERT = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*|(["'].*)""")
_COMMENT = re.compile(r"#[^\n]*")
_FUNCTION = re.compile(r"(?:async[ \t]+)?def[ \t]+\w")
_TYPE_CHECKING = re.compile(r"if[ \t]+(?:typing\.|t\.)?TYPE_CHECKING[ \t]*:[ \t]*(?:#.*)?$")
#: Blocks that may or may not run, where their heads hold none of the words that `conditions` understands.
_PLAIN = re.compile(
    r"(?:if|elif|while)[ \t(](?!.*(?:TYPE_CHECKING|sys\.|os\.|find_spec|__name__|not |[01] *:|True|False))"
)
_TRANSPARENT = re.compile(r"(?:async[ \t]+)?(?:for|with)[ \t(](?!.*suppress)")
_NEVER = (Block("never"),)
_MAYBE = (Block("if", 0, ("unknown",)),)

#: Where a statement of the top level begins: what closes a bracket goes on with the one before.
_CHUNK = re.compile(r"\n(?=[^\s#)\]}])")
_DEFINED = re.compile(r"(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(((?:[^()]|\([^()]*\))*)\)")
_CLASS = re.compile(r"class[ \t]+(\w+)[ \t]*(?:\(([^()]*)\))?[ \t]*:")
_METHOD = re.compile(
    r"\n(?: {4}|\t)(?:async )?def [^\n]*(?:\n(?:(?: {5}|\t[ \t])[^\n]*|(?: {4}|\t)[)\]}][^\n]*|[ \t]*(?=\n|$)))*"
)
_ASSIGNED = re.compile(r"(\w+)[ \t]*(?::[^=\n]*)?=(?!=)")
_DECLARED = re.compile(r"\w+[ \t]*:[^=\n]*$")
_CALL = re.compile(r"\b([A-Za-z_]\w*(?:\.\w+)+|[A-Za-z_]\w*\b(?=[ \t]*\())|[)\]][ \t]*(\()")
#: Where a text begins that may hold calls.
_FORMATTED = re.compile(r"""\b[rR]?[fFtT][rR]?["']""")
_LONG_FORMATTED = re.compile(r"""\b[rR]?[fFtT][rR]?\"{3}""")
_SKIPPED = re.compile(r"if[ \t]+(?:(?:typing\.|t\.)?TYPE_CHECKING|__name__[ \t]*==[ \t]*['\"]__main__['\"])[ \t]*:")
#: What the top level does beside calling: each is worth a look at the syntax tree.
_DEEDS = ("environ", "argv", "__all__")
_KEYWORDS = frozenset(
    (
        *("if", "elif", "else", "for", "while", "try", "except", "finally", "with", "match", "case", "del", "raise"),
        *("assert", "return", "yield", "await", "global", "nonlocal", "pass", "break", "continue", "async", "lambda"),
        *("not", "type", "print"),
    )
)


class _Statement(NamedTuple):
    """The imports of one statement (module, names, level, local names), and how often it holds the letters `import`."""

    imports: tuple[tuple[str, tuple[str, ...], int, tuple[str, ...]], ...]
    words: int


def read(source: bytes) -> Record:
    """The record of a module; raises Unsure where its imports cannot be read off its lines."""
    if endless(source):
        return Record(fails=True)
    text = decode(source)
    if any(map(text.__contains__, _MARKS)) or ("sys." in text and any(map(text.__contains__, _SYS_MARKS))):
        raise Unsure
    formatted = '"""' in text and _LONG_FORMATTED.search(text) is not None
    text = without_docstrings(text)
    binds, calls = _top_level(text)
    heads = frozenset([call.partition(".")[0] for call in calls] + ["?"] * formatted)
    words = text.count("import")
    if not words:
        return Record(binds=binds, heads=heads)
    found: list[Import] = []
    line, counted, known = 1, 0, 0
    for match in _STATEMENT.finditer(text):
        indent, written = match.groups()
        start = match.start(2)
        line += text.count("\n", counted, start)
        counted = start
        if text.endswith("\\\n", 0, match.start()) or "\t" in indent:
            raise Unsure
        statement = _parsed(written)
        known += statement.words
        blocks = _blocks(text, match.start(), indent) if indent else ()
        if blocks is not _NEVER:
            column = len(indent) + 1
            for module, names, level, bound in statement.imports:
                found.append(Import(module, names, level, line, column, blocks, bound=bound))
    if words != known:
        _only_inert(text)
    return Record(tuple(found), binds=binds, heads=heads)


def without_docstrings(text: str) -> str:
    """The text with the contents of triple-quoted strings blanked, lines kept."""
    if "'''" in text:
        raise Unsure
    if '"""' not in text:
        return text
    parts = text.split('"""')
    if len(parts) % 2 == 0:
        raise Unsure
    for index in range(1, len(parts), 2):
        before = parts[index - 1]
        opening = before[before.rfind("\n") + 1 :]
        if "'" in opening or "#" in opening or '"' in opening or opening.endswith("\\"):
            raise Unsure
        if parts[index].endswith("\\") or parts[index + 1].startswith('"'):
            raise Unsure
        parts[index] = "\n" * parts[index].count("\n")
    return '""'.join(parts)


def _top_level(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that the statements of the top level surely bind, and what they call, derive from or decorate with; of
    what does not run with the import nothing, `?` for a statement that only a syntax tree shows.
    """
    binds: set[str] = set()
    calls: set[str] = set()
    for chunk in _CHUNK.split(text):
        word = chunk[: chunk.find(" ")] if " " in chunk else chunk
        if word in {"import", "from"} or not word or word[0] in "\"'#":
            continue
        if word in {"def", "async"}:
            _function(chunk, binds, calls)
        elif word == "class":
            _class(chunk, binds, calls)
        elif chunk[0] == "@":
            calls.add(re.split(r"[^\w.]", chunk[1:], maxsplit=1)[0] or "?")
            _called(chunk, calls)
        elif (match := _ASSIGNED.match(chunk)) is not None and match[1] not in _KEYWORDS:
            binds.add(match[1])
            _called(chunk, calls)
        elif word in {"del", "raise"}:
            raise Unsure
        elif _DECLARED.match(chunk) is None and _SKIPPED.match(chunk) is None:
            calls.add("?")
        elif "(" in chunk and _DECLARED.match(chunk) is not None:
            _called(chunk, calls)
    return frozenset(binds), frozenset(calls)


def _function(chunk: str, binds: set[str], calls: set[str]) -> None:
    match = _DEFINED.match(chunk)
    if match is None:
        calls.add("?")
        return
    binds.add(match[1])
    parts = (match[2], chunk[match.end() :].partition(":")[0])  # defaults, and annotations that call something
    _called(" ".join(each for each in parts if "(" in each), calls)


def _class(chunk: str, binds: set[str], calls: set[str]) -> None:
    match = _CLASS.match(chunk)
    if match is None:
        calls.add("?")
        return
    binds.add(match[1])
    calls.update(
        base.partition("[")[0].rpartition("=")[2].strip() or "?" for base in (match[2] or "").split(",") if base.strip()
    )
    methods = _DEFINED.findall(chunk)
    _called(" ".join(text for _, text in methods if "(" in text), calls)
    body = _METHOD.sub("", chunk[match.end() :])
    if "def " in body or "\n    if " in body or "\n    for " in body or "\n    with " in body or "\n    try" in body:
        calls.add("?")
    own: set[str] = set()
    _called(body, own)
    calls.update(
        own if own.isdisjoint(name for name, _ in methods) else {*own, "?"}
    )  # the body calls what it has defined


def _called(text: str, calls: set[str]) -> None:
    if "(" in text or "." in text or any(map(text.__contains__, _DEEDS)):
        if "{" in text and any(map(_holds_call, text.split("\n"))):
            calls.add("?")
        text = _INERT.sub(r"\1", text)
        calls.update(call or "?" for call, _ in _CALL.findall(text))
        calls.update(deed for deed in _DEEDS if deed in text)


def _holds_call(line: str) -> bool:
    """Whether a formatted text of the line may hold a call."""
    match = _FORMATTED.search(line)
    return match is not None and "(" in line[match.end() :].partition("{")[2]


def _blocks(text: str, start: int, indent: str) -> tuple[Block, ...]:
    """What stands around a statement that begins a line at `start`, by the heads of the blocks above it."""
    width, maybe = len(indent), False
    while width:
        head, width, start = _head(text, start, width)
        if _FUNCTION.match(head):
            return (IN_FUNCTION,)
        if _TYPE_CHECKING.match(head):
            return _NEVER
        if _ends_block(head) and _PLAIN.match(head):
            maybe = True
        elif not head.startswith("class ") and not (_ends_block(head) and _TRANSPARENT.match(head)):
            raise Unsure
    return _MAYBE if maybe else ()


def _head(text: str, start: int, width: int) -> tuple[str, int, int]:
    """The head of the innermost block around a line that begins at `start` and is indented by `width`: its first
    line, that line's indentation and beginning.
    """
    closing = False
    while start > 0:
        end = start - 1
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        stripped = line.lstrip(" ")
        depth = len(line) - len(stripped)
        if not stripped or stripped[0] == "#" or depth > width or (depth == width and not closing):
            continue
        if stripped[0] in ")]}":
            if closing:
                break
            closing, width = True, depth
        elif depth < width and closing:
            break
        elif not closing or stripped.startswith(("def ", "async def ", "class ")):
            return stripped, depth, start
    raise Unsure


def _ends_block(line: str) -> bool:
    """Whether a line is a whole block head: its colon ends it, so no bracket is open."""
    return line.rstrip().endswith(":") and "#" not in line


def _only_inert(text: str) -> None:
    """Raises Unsure unless every other `import` stands in a comment or a string of one line."""
    statements = {match.start(2) for match in _STATEMENT.finditer(text)}
    ends = [match.span() for match in _STATEMENT.finditer(text)]
    position = passed = 0
    for word in _WORD.finditer(text):
        while position < len(ends) and ends[position][1] <= word.start():
            position += 1
        if word.start() < passed or (position < len(ends) and ends[position][0] <= word.start()):
            continue
        begin = text.rfind("\n", 0, word.start()) + 1
        end = text.find("\n", word.start())
        passed = end if end >= 0 else len(text)
        rest = _INERT.sub(r"\1", text[begin:passed])
        if begin in statements or "import" in rest or "'" in rest or '"' in rest or text.endswith("\\\n", 0, begin):
            raise Unsure


@cache
def _parsed(statement: str) -> _Statement:
    """A statement that the pattern accepted."""
    if statement.startswith("import"):
        parts = [part.split() for part in statement[6:].split(",")]
        return _Statement(tuple((part[0], (), 0, tuple(part[2:])) for part in parts), statement.count("import"))
    head, _, tail = statement[4:].partition("import") if statement.count("import") == 1 else _split(statement)
    origin = head.strip().replace(" ", "").replace("\t", "")
    module = origin.lstrip(".")
    tail = _COMMENT.sub("", tail).strip().strip("()")
    parts = [part.split() for part in tail.split(",") if part.strip()]
    names = tuple(part[0] for part in parts)
    bound = tuple(part[-1] for part in parts)
    only_renamed = bound if bound != names else ()
    return _Statement(((module, names, len(origin) - len(module), only_renamed),), statement.count("import"))


def _split(statement: str) -> tuple[str, str, str]:
    match = re.match(r"from[ \t]+(\.*[ \t]*[\w.]*)[ \t]+import\b", statement)
    assert match is not None  # noqa: S101 - the pattern accepted it
    return match[1], "import", statement[match.end() :]
