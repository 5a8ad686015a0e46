"""Sizes as wrangler prints them."""

from __future__ import annotations


def kib(size: int) -> str:
    """Bytes as KiB with two decimals. facts: `toFixed(2)`, so that 128 bytes are 0.13, not 0.12."""
    hundredths = (size * 200 + 1024) // 2048
    return f"{hundredths // 100}.{hundredths % 100:02}"
