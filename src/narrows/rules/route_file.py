"""A route written down by a person: legs, parties, use, evidence and the two days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog import Catalog, data_root
from narrows.core import STRICT, InputError, UnknownNameError, build_record, read_document
from narrows.rules.examples import as_fact
from narrows.rules.pack import Pack
from narrows.rules.posture import Posture
from narrows.rules.quantity import Facts
from narrows.rules.route import route
from narrows.rules.route_records import EndUse, Leg, PartyFacts
from narrows.rules.route_verdict import RouteVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFile:
    """A route as a file states it.

    ``known_on`` is ``on`` where it is left out: what was in force, as it was known on the day.
    ``facts`` holds further facts and evidence: true for shown, false for not shown.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    chip: str
    on: date
    parties: tuple[PartyFacts, ...]
    legs: tuple[Leg, ...]
    end_use: EndUse
    system: str | None = None
    known_on: date | None = None
    posture: Posture = Posture.CAUTIOUS
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def as_known_on(self) -> date:
        """The day whose knowledge is used."""
        return self.on if self.known_on is None else self.known_on

    @property
    def given(self) -> Facts:
        """The further facts, as cards ask for them."""
        return {name: as_fact(value) for name, value in self.facts.items()}


def packaged_routes() -> tuple[str, ...]:
    """Return the names of the routes that come with the package."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def read_route(name: str | Path) -> RouteFile:
    """Read a route from a file, or by the name of one that comes with the package.

    Raises
    ------
    InputError
        The file is not a route; with file, line, field, value and mend.
    UnknownNameError
        There is no such file and no packaged route of that name.
    """
    path = Path(name)
    if not path.exists():
        path = _folder() / f"{name}.yaml"
    if not path.exists():
        raise UnknownNameError("route", str(name), near=packaged_routes())
    document = read_document(path)
    return build_record(document, (), document.tree, RouteFile)


def judge_route(pack: Pack, stated: RouteFile, *, catalog: Catalog) -> RouteVerdict:
    """Judge a route that was read from a file.

    Raises
    ------
    InputError
        Two parties have one id, or a fact is not known; see also :func:`narrows.rules.route`.
    UnknownNameError
        No chip or system that was public on the day answers to the name.
    """
    known = catalog.as_known_on(stated.as_known_on)
    names = [party.id for party in stated.parties]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            "two parties have one id", "rename one", fieldname="parties", value=twice[0]
        )
    return route(
        pack,
        chip=known.chip(stated.chip),
        system=None if stated.system is None else known.system(stated.system),
        legs=stated.legs,
        parties={party.id: party for party in stated.parties},
        end_use=stated.end_use,
        facts=stated.given,
        on=stated.on,
        known_on=stated.as_known_on,
        posture=stated.posture,
    )


def _folder() -> Path:
    return data_root() / "rules" / "cn" / "routes"
