"""Asks a language model which words of a text should become parameters of a blueprint.

Run by people on their own machines: `uv run --group scripts python -m scripts.suggest_parameters notes.txt`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import litellm

from src.domain.value_objects.template_text import placeholders

QUESTION = "Rewrite the text as a template: put each word that changes between uses into {{ lower_case_names }}."


def suggest(text: str, model: str) -> str:
    """The text as a template, in the model's opinion."""
    messages = [{"role": "system", "content": QUESTION}, {"role": "user", "content": text}]
    answer = litellm.completion(model=model, messages=messages)
    return str(answer.choices[0].message.content)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Suggest a blueprint for a text.")
    parser.add_argument("text", type=Path)
    parser.add_argument("--model", default="gpt-4o-mini")
    options = parser.parse_args(arguments)
    template = suggest(options.text.read_text(encoding="utf-8"), options.model)
    sys.stdout.write(template + "\n")
    sys.stderr.write(f"parameters: {', '.join(sorted(placeholders(template))) or 'none'}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
