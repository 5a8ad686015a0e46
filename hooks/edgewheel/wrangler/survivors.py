"""What no exclude may take out of python_modules. facts: `metadata_readers.json`"""

from __future__ import annotations

import re

from edgewheel.data import facts
from edgewheel.requirements.requirement import normalize
from edgewheel.wrangler.globs import compile_glob

_METADATA = re.compile(r"([^/]+)-[^/-]+\.dist-info/([^/]+)")


def needed(name: str) -> tuple[str, str]:
    """The pattern of what is needed whatever package it is of, and why, for a file named relative to python_modules;
    two empty texts where it is not.
    """
    never: dict[str, str] = facts("metadata_readers")["never"]
    return next(((glob, why) for glob, why in never.items() if compile_glob(glob).matches(name)), ("", ""))


def metadata(name: str) -> tuple[str, str] | None:
    """The normalised package and the file of it, where a name is that of a `*.dist-info`'s file."""
    match = _METADATA.fullmatch(name)
    return (normalize(match[1]), match[2]) if match else None


def read_at_start(name: str) -> str:
    """Why importing a package fails without this file of its metadata; "" for every other file."""
    told = facts("metadata_readers")
    match = metadata(name)
    if match is None or match[1] not in told["keep"]:
        return ""
    package = told["packages"].get(match[0])
    if package is None or not package["breaks"]:
        return ""
    if by := package.get("by"):
        if match[1] != "METADATA":
            return ""
        return f"`{by}` reads it when `{match[0]}` is imported, and the import fails without"
    return f"`{match[0]}` reads it when it is imported, and fails without"


def public(name: str) -> str:
    """Why a file that stands or is named like a test is part of a package's interface; "" where it is not."""
    told = facts("metadata_readers")
    if (file := told["test_files"].get(name)) is not None:
        return str(file["why"])
    folders = told["test_folders"].items()
    return next((str(entry["why"]) for folder, entry in folders if name.startswith(f"{folder}/")), "")
