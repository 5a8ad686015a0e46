"""Sizes as wrangler prints them."""

from __future__ import annotations


def kib(size: int) -> str:
    """Bytes as KiB with two decimals. facts: `toFixed(2)`, so that 128 bytes are 0.13, not 0.12."""
    hundredths = (size * 200 + 1024) // 2048
    return f"{hundredths // 100}.{hundredths % 100:02}"


def human(size: int) -> str:
    """Bytes for people, in binary units, three digits or so: `180 B`, `1.5 KiB`, `64 MiB`, `-2 MiB`."""
    amount, sign = float(abs(size)), "-" if size < 0 else ""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 999.5 or unit == "GiB":
            break
        amount /= 1024
    digits = f"{amount:.0f}" if unit == "B" or amount >= 99.95 else f"{amount:.1f}".removesuffix(".0")
    return f"{sign}{digits} {unit}"
