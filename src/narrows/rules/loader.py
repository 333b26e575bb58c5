"""From a folder of YAML files to a pack, with every reference checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from narrows.core import Document, InputError, build_record, read_document
from narrows.rules.card import Card
from narrows.rules.health import check_pack
from narrows.rules.law import Instrument
from narrows.rules.pack import Pack
from narrows.rules.parameter import Parameter
from narrows.rules.question import Fact, Question
from narrows.rules.tree import Node, Place, parse_node

PACKAGED = Path(__file__).resolve().parents[1] / "data" / "rules"


class Named(Protocol):
    """A record with an id."""

    @property
    def id(self) -> str:
        """Unique among records of its kind."""


T = TypeVar("T", bound=Named)

Kind: TypeAlias = "type[Card | Instrument | Parameter | Question | Fact]"

KIND_OF_STEM: dict[str, Kind] = {
    "instruments": Instrument,
    "parameters": Parameter,
    "groups": Parameter,
    "registers": Parameter,
    "bands": Parameter,
    "questions": Question,
    "facts": Fact,
}
"""What a file of a pack holds, by the first word of its name. Cards lie in folders ``cards``."""


@dataclass
class Shelf:
    """Records as they are read, with the place of each."""

    records: dict[type, dict[str, object]] = field(default_factory=dict)
    trees: dict[str, Node] = field(default_factory=dict)
    places: dict[tuple[type, str], Place] = field(default_factory=dict)

    def of(self, kind: type[T]) -> dict[str, T]:
        """Return the records of a kind, sorted by id."""
        found = self.records.get(kind, {})
        return {key: record for key, record in sorted(found.items()) if isinstance(record, kind)}

    def add(self, kind: type[T], document: Document) -> None:
        """Read a document that lists records of a kind."""
        for place, record in _listed(kind, document):
            if record.id in self.records.setdefault(kind, {}):
                raise (place / "id").error("two records have one id", "rename one", record.id)
            self.records[kind][record.id] = record
            self.places[kind, record.id] = place
            if isinstance(record, Card):
                self.trees[record.id] = parse_node(record.when, place / "when")


def _listed(kind: type[T], document: Document) -> Iterator[tuple[Place, T]]:
    if not isinstance(document.tree, list):
        raise document.error((), "a list of records is expected", "start each with `- id:`")
    for i, entry in enumerate(document.tree):
        yield Place(document, (i,)), build_record(document, (i,), entry, kind)


def load_pack(root: Path | None = None) -> Pack:
    """Read the rulebook.

    Parameters
    ----------
    root
        A folder of packs by jurisdiction; the packaged one where none is given.

    Raises
    ------
    InputError
        A file is not valid, an id is used twice, or a reference does not resolve; with file and
        line.
    """
    return _load(PACKAGED if root is None else root)


@lru_cache(maxsize=8)
def _load(root: Path) -> Pack:
    if not root.is_dir():
        raise InputError("no such folder of rules", "give a folder", file=root)
    shelf = Shelf()
    for path in sorted(root.rglob("*.yaml")):
        kind = _kind(path)
        if kind is not None:
            shelf.add(kind, read_document(path))
    pack = Pack(
        instruments=shelf.of(Instrument),
        parameters=shelf.of(Parameter),
        cards=shelf.of(Card),
        trees=shelf.trees,
        questions=shelf.of(Question),
        facts=shelf.of(Fact),
    )
    check_pack(pack, shelf.places)
    return pack


def _kind(
    path: Path,
) -> type[Card] | type[Instrument] | type[Parameter] | type[Question] | type[Fact] | None:
    if path.parent.name == "cards":
        return Card
    return KIND_OF_STEM.get(path.stem.split("_")[0])


def pack_of(*records: Iterable[Named]) -> Pack:
    """Return a pack of records made in Python, for tests; references are not checked."""
    listed = [record for group in records for record in group]
    cards = {record.id: record for record in listed if isinstance(record, Card)}
    nowhere = Place(Document(None, None, {}), ())
    return Pack(
        instruments={record.id: record for record in listed if isinstance(record, Instrument)},
        parameters={record.id: record for record in listed if isinstance(record, Parameter)},
        cards=cards,
        trees={key: parse_node(card.when, nowhere) for key, card in cards.items()},
        questions={record.id: record for record in listed if isinstance(record, Question)},
        facts={record.id: record for record in listed if isinstance(record, Fact)},
    )


__all__ = ["load_pack", "pack_of"]
