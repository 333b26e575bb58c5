"""Chips by dates: how each layer treats a direct export to China while the silicon stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from narrows.catalog import Chip
from narrows.core import HasKnownOn, visible
from narrows.rules.answer import Answer
from narrows.rules.card import Card
from narrows.rules.law import Layer
from narrows.rules.pack import Pack
from narrows.rules.posture import Posture
from narrows.rules.quantity import FALSE, Facts, FactValue
from narrows.rules.route_chip import chip_facts
from narrows.rules.verdict import Verdict

NOT_ANNOUNCED = "not_announced"
NO_RULE = "no_rule"
FREE = "free"
OPEN = "undecided"
LICENCE = "licence"

DIRECT_EXPORT: Facts = MappingProxyType(
    {
        "movement": "export",
        "leg_from": "US",
        "destination": "CN",
        "party_headquarters": frozenset({"US", "CN"}),
        "end_user_headquarters": "CN",
    }
)
"""One leg from the United States to an end user in China."""

SCREENED: Facts = MappingProxyType(
    {
        "listed_on": frozenset(),
        "owned_by_listed_share": 0.0,
        "military_end_use": False,
        "military_intelligence_end_use": False,
        "weapons_end_use": False,
        "supercomputer_end_use": False,
        "model_for_military_or_weapons": False,
        "notice_binds_exporter": False,
        "gp10_dealing": False,
        "copackaged_with_processor": True,
    }
)
"""What a user states who has screened the parties and found nothing."""

QUESTIONS = ("us.licence", "us.china_review", "us.review")
TIMELINE_LAYERS = (Layer.CODIFIED, Layer.ENFORCED, Layer.COMPANY_NOTICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Treatments by layer, chip and day: ``cells[layer][chip]`` has one word for each date."""

    dates: tuple[date, ...]
    chips: tuple[str, ...]
    names: Mapping[str, str]
    cells: Mapping[Layer, Mapping[str, tuple[str, ...]]]
    known_on: date | None

    def rows(self, layer: str) -> Mapping[str, tuple[str, ...]]:
        """Return the words of a layer by chip, one for each date."""
        return self.cells[Layer(layer)]

    def changes(self, layer: Layer, chip: str) -> tuple[tuple[date, str], ...]:
        """Return the days on which the treatment of a chip changes in a layer."""
        words = self.cells[layer][chip]
        pairs = zip(self.dates, words, (None, *words[:-1]), strict=True)
        return tuple((day, word) for day, word, before in pairs if word != before)


def timeline(
    pack: Pack, chips: Sequence[Chip], dates: Sequence[date], *, known_on: date | None = None
) -> Timeline:
    """Return how each layer treats each chip on each day.

    Parameters
    ----------
    known_on
        One day of knowledge for the whole table; where it is ``None`` each column is as known on
        its own day.
    """
    days = tuple(dates)
    table: dict[Layer, dict[str, tuple[str, ...]]] = {layer: {} for layer in TIMELINE_LAYERS}
    for chip in chips:
        columns = [_column(pack, chip, day, known_on or day) for day in days]
        for layer in TIMELINE_LAYERS:
            table[layer][chip.id] = tuple(column[layer] for column in columns)
    return Timeline(
        dates=days,
        chips=tuple(chip.id for chip in chips),
        names={chip.id: chip.name for chip in chips},
        cells=table,
        known_on=known_on,
    )


def _column(pack: Pack, chip: Chip, on: date, known_on: date) -> dict[Layer, str]:
    if not visible(chip, on):
        return dict.fromkeys(TIMELINE_LAYERS, NOT_ANNOUNCED)
    regime = pack.at(on=on, known_on=known_on, posture=Posture.CAUTIOUS)
    facts = {**chip_facts(chip), **DIRECT_EXPORT, **SCREENED}
    verdict = regime.decide(_only_known(facts, pack), *QUESTIONS)
    return {layer: treatment(verdict, layer) for layer in TIMELINE_LAYERS}


def _only_known(facts: Mapping[str, FactValue], pack: Pack) -> Facts:
    return {name: value for name, value in facts.items() if name in pack.facts}


def treatment(verdict: Verdict, layer: Layer) -> str:
    """Return one word for what a layer says: free, notified, reviewed so or so, or open."""
    licence = verdict.answer("us.licence").in_layer(layer)
    if not licence.checked:
        return NO_RULE
    if licence.truth is FALSE:
        return FREE
    if not licence.truth.known:
        return OPEN
    return _first_word(verdict.answer(name).in_layer(layer) for name in QUESTIONS[1:])


def _first_word(answers: Iterable[Answer]) -> str:
    for answer in answers:
        if answer.word is not None and answer.word != answer.question.none.id:
            return answer.word
        if answer.possible and answer.word is None:
            return OPEN
    return LICENCE


def turning_days(pack: Pack, *, known_on: date, until: date) -> tuple[date, ...]:
    """Return the days on which a rule of the timeline begins, ends, or first becomes public."""
    known = pack.as_known_on(known_on)
    days = {day for card in known.cards.values() for day in _card_days(card)}
    for parameter in known.parameters.values():
        if parameter.id.startswith(REGISTER_PREFIX):
            days.update(_public_by(value.in_force.start, value) for value in parameter.values)
    return tuple(sorted(day for day in days if day is not None and day <= until))


def _card_days(card: Card) -> Iterator[date | None]:
    if card.effect is None or card.effect.question not in QUESTIONS or card.switch is not None:
        return
    yield _public_by(card.in_force.start, card)
    for ending in card.ends:
        yield _public_by(_next(ending.after), ending)


def _public_by(day: date | None, record: HasKnownOn) -> date | None:
    return day if day is None or record.known_on is None else max(day, record.known_on)


REGISTER_PREFIX = "us.register."


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


__all__ = [
    "DIRECT_EXPORT",
    "SCREENED",
    "Timeline",
    "timeline",
    "treatment",
    "turning_days",
]
