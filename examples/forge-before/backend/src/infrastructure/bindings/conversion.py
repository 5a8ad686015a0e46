"""Between Python and JavaScript values."""

from __future__ import annotations

from typing import Any


def to_python(value: Any) -> Any:
    """A JavaScript proxy as plain Python; what is plain already is returned as it is."""
    convert = getattr(value, "to_py", None)
    return value if convert is None else convert()


def to_buffer(content: bytes) -> Any:
    """Bytes as an ArrayBuffer where there is JavaScript, else unchanged."""
    try:
        from pyodide.ffi import to_js
    except ImportError:
        return content
    return to_js(content).buffer
