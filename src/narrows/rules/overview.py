"""Side by side: a route in its layers, two judgments of it, an article's sentences on two days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import GATE_ORDER, STRICT, Gate, GateReading, Message, read_records
from narrows.rules.gates_said import titled, weakest
from narrows.rules.law import Formality, Layer, Title
from narrows.rules.pack import Pack
from narrows.rules.posture import Posture
from narrows.rules.regime import Regime
from narrows.rules.route_verdict import RouteVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class GateChange:
    """A gate that two judgments of a route read differently."""

    gate: Gate
    before: GateReading
    after: GateReading


def gate_changes(before: RouteVerdict, after: RouteVerdict) -> tuple[GateChange, ...]:
    """Return the gates whose state, band or governing rule differ, in gate order."""
    pairs = zip(before.row, after.row, strict=True)
    return tuple(
        GateChange(gate=old.gate, before=old, after=new)
        for old, new in pairs
        if _essence(old) != _essence(new)
    )


def _essence(reading: GateReading) -> tuple[object, ...]:
    return (reading.state, reading.p_low, reading.p_high, reading.message)


def by_layer(verdict: RouteVerdict) -> Mapping[Gate, Mapping[Layer, GateReading]]:
    """Return, for each gate in order, what each layer alone says of it."""
    return {
        gate: {layer: row[place] for layer, row in verdict.layers.items()}
        for place, gate in enumerate(GATE_ORDER)
    }


class Says(StrEnum):
    """What the cards say of a statement. Findings, not a judgment of its author."""

    BORNE_OUT = "borne_out"
    QUALIFIED = "qualified"
    CONTRADICTED = "contradicted"
    NO_CARD = "no_card"
    """No card that bears on it was known and in force on the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReading:
    """What follows for a statement while a card speaks."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    card: str
    says: Says
    because: Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence about the two regimes as an article may put it, with its readings in order."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    text: Title
    readings: tuple[StatementReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAnswer:
    """A statement answered for one day: what the card in force says, and how sure it is."""

    statement: str
    text: Message
    says: Says
    because: Message
    card: str | None = None
    formality: Formality | None = None
    certainty: str | None = None
    cites: tuple[str, ...] = ()


PACKAGED = Path(__file__).resolve().parents[1] / "data" / "rules" / "cn" / "statements.yaml"


@lru_cache(maxsize=4)
def load_statements(path: Path = PACKAGED) -> tuple[Statement, ...]:
    """Return the statements that are kept with the rulebook, or those of another file.

    Raises
    ------
    InputError
        The file is not a list of statements.
    """
    return tuple(read_records(path, Statement))


def answer_statements(
    pack: Pack, statements: Iterable[Statement], *, on: date, known_on: date
) -> tuple[StatementAnswer, ...]:
    """Answer each statement by the first of its cards that was known and in force."""
    regime = pack.at(on=on, known_on=known_on, posture=Posture.CAUTIOUS)
    return tuple(_answer(regime, statement) for statement in statements)


def _answer(regime: Regime, statement: Statement) -> StatementAnswer:
    text = titled("rules.route.answer", statement.text)
    for reading in statement.readings:
        if not regime.binder.speaks(reading.card):
            continue
        card = regime.pack.cards[reading.card]
        return StatementAnswer(
            statement=statement.id,
            text=text,
            says=reading.says,
            because=titled("rules.route.answer", reading.because),
            card=card.id,
            formality=card.formality,
            certainty=weakest(card.cite),
            cites=tuple(cite.text for cite in card.cite),
        )
    unknown = Message("rules.route.no_card_on_day")
    return StatementAnswer(statement=statement.id, text=text, says=Says.NO_CARD, because=unknown)


def answers_that_differ(
    before: Iterable[StatementAnswer], after: Iterable[StatementAnswer]
) -> tuple[tuple[StatementAnswer, StatementAnswer], ...]:
    """Return the pairs of answers to one statement that rest on another card or say otherwise."""
    later = {answer.statement: answer for answer in after}
    return tuple(
        (answer, later[answer.statement])
        for answer in before
        if answer.statement in later and answer != later[answer.statement]
    )
