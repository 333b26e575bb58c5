"""The file of aliases: which further names a record answers to, and the spelling rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog.names import Spelling
from narrows.core import STRICT, Document, build_record, read_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliases:
    """Further names by record id, with the words that spelling rules translate or drop."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    translate: dict[str, str] = field(default_factory=dict)
    silent_words: tuple[str, ...] = ()
    format_endings: tuple[str, ...] = ()
    chips: dict[str, tuple[str, ...]] = field(default_factory=dict)
    systems: dict[str, tuple[str, ...]] = field(default_factory=dict)
    models: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def spelling(self) -> Spelling:
        """The rules that bring a written name to its key."""
        return Spelling(
            translate=dict(self.translate),
            silent=frozenset(self.silent_words),
            endings=frozenset(self.format_endings),
        )


def read_aliases(path: Path) -> tuple[Aliases, Document]:
    """Read the alias file and keep its document for errors about single entries."""
    document = read_document(path)
    return build_record(document, (), document.tree, Aliases), document
