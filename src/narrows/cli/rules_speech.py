"""How the verbs of the rulebook speak: one width, three languages, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console

from narrows.cli.options import AsJson, Language
from narrows.core import Message, message

if TYPE_CHECKING:
    from narrows.catalog import Chip
    from narrows.rules import FactValue, Pack

Switch = Annotated[bool, Parameter(negative=())]
Say = Callable[[Message], str]
WIDTH = 80
"""The terminal width that every answer fits."""


def voice(lang: Language) -> Say:
    """Return what turns a message into a sentence of a language."""
    from narrows.brief import text

    return lambda content: text(content, language=lang)


def term(word: str, lang: Language) -> str:
    """Return a word of the rooms in a language."""
    return voice(lang)(message(f"term.{word}"))


def terminal() -> Console:
    """Return the console to print an answer on."""
    return Console(highlight=False, width=WIDTH)


def print_json(tree: object) -> None:
    """Print one line of JSON, keys sorted."""
    sys.stdout.write(json.dumps(tree, ensure_ascii=False, sort_keys=True) + "\n")


def chip_facts(chip: Chip, pack: Pack) -> dict[str, FactValue]:
    """Return the facts of a chip that the pack knows."""
    from narrows.rules import chip_facts

    return {name: value for name, value in chip_facts(chip).items() if name in pack.facts}


__all__ = [
    "WIDTH",
    "AsJson",
    "Language",
    "Say",
    "Switch",
    "chip_facts",
    "print_json",
    "term",
    "terminal",
    "voice",
]
