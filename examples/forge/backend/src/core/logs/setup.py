"""Switches logging on, once in the life of an isolate."""

from __future__ import annotations

import logging
import sys

from src.core.logs.formatter import JsonFormatter

ROOT = "forge"


def configure_logs(level: str) -> None:
    """Log to stdout from `level` on; called again, it only changes the level."""
    logger = logging.getLogger(ROOT)
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        logger.propagate = False
    logger.setLevel(level.upper())


def get_logger(name: str) -> logging.Logger:
    return logging.getLogger(f"{ROOT}.{name}")
