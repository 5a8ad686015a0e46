"""What the bytes of a module say before anybody parses it: of which kinds a syntax tree may show something.

A kind is the name of the field of `Record` that would hold it. The answers are part of the record, so that a rule asks
for the few modules that concern it and no rule searches every text.
"""

from __future__ import annotations

#: No module without one of a kind's words has anything of that kind.
_WORDS: dict[str, tuple[bytes, ...]] = {
    "opened": (
        b"open(",
        b"open_text(",
        b"open_binary(",
        b"read_text(",
        b"read_bytes(",
        b"read_binary(",
        b"get_data(",
        b"partial(",
    ),
    "effects": (
        *(b"random", b"secrets", b"uuid", b"thread", b"Thread", b"multiprocessing", b"socket", b"urlopen"),
        *(b"requests", b"httpx", b"subprocess", b".system", b"popen", b"fork", b"ProcessPool", b"spawn", b"exec"),
        *(b"import js", b"from js", b"ssl", b"pyfetch", b"time(", b"time_ns(", b"now(", b"today(", b"workers"),
    ),
    "needs": (b"environ", b"getenv", b"argv", b"metadata", b"ZoneInfo(", b"BaseSettings"),
    "uses": (b"WorkerEntrypoint", b"depends="),
    "env": (b"env.", b'"env"', b"'env'", b"import env"),
    "kept": (b"to_js", b"create_proxy"),
}
#: What writes a file, beside `open`.
_WRITING = (b"write_", b"dir(", b"os.", b"shutil", b"to(", b"FileHandler", b"basicConfig", b"File(")
#: What makes an object of JavaScript, in a module that names `js`.
_MADE = (b".new(", b"JSON", b"Object", b"Array", b"Response", b"RegExp", b"Abort")


def hints(source: bytes) -> frozenset[str]:
    """The kinds that are worth a syntax tree."""
    found = {kind for kind, words in _WORDS.items() if any(map(source.__contains__, words))}
    if (b"__file__" in source or b"/session/" in source) and any(map(source.__contains__, _WRITING)):
        found.add("opened")
    if b"js" in source and any(map(source.__contains__, _MADE)):
        found.add("kept")
    return frozenset(found)
