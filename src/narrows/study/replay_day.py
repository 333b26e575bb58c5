"""What would have been said on one day, from nothing but what was public on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from narrows.catalog import Catalog
from narrows.core import Figure, RefusalError, UnknownNameError
from narrows.futures import Arrivals, StageSeen, load_backtest_plan
from narrows.rules import Pack
from narrows.study.answered import Answered, answer
from narrows.study.bridge.outlook import Outlook, leading_line, look_ahead, p_not_shut
from narrows.study.document import limit_figures
from narrows.study.facts import Facts
from narrows.study.infeasible import NoPlanExistsError
from narrows.study.replay_happened import ORDERED, Happened, stage_figure, what_happened
from narrows.study.replay_scores import LargeDelivery
from narrows.study.say import say
from narrows.study.schema import Origin, Study
from narrows.study.sections.futures import FAN, evidence_of
from narrows.study.sections.gates import gates_section
from narrows.study.sections.orders import OrderContext, orders_section
from narrows.study.sources import EVENT, FUTURES

FAN_QUARTERS = 4
"""The fan reaches a year: what is said beyond has no reported delivery to stand beside it yet."""
LARGE_QUARTERS = 2
"""Large deliveries are asked for half a year on, the longest lead of a first order."""

_ORDER_KEYS = ("system", "name", "lots", "chips", "cost_cny", "refundable", "reason")
_GATE_KEYS = ("gate", "state", "p_low", "p_high", "message", "evidence", "cites")


@dataclass(frozen=True)
class Day:
    """One day's answer before it is laid out.

    ``answered`` is ``None`` where a fact was missing, and ``refused`` then says which.
    """

    quarter: str
    facts: Facts
    outlook: Outlook | None
    answered: Answered | None
    refused: Mapping[str, object] | None
    seen: Happened
    large: LargeDelivery | None

    @property
    def known_on(self) -> date:
        """The day."""
        return self.facts.study.as_known_on


def names_of(study: Study) -> dict[str, Mapping[str, str]]:
    """Return what the study calls its options, rentals, sites and workloads."""
    named: dict[str, Mapping[str, str]] = {one.id: one.name for one in study.options}
    named |= {one.id: one.name for one in study.rentals}
    named |= {one.id: one.name for one in study.sites}
    return named | {one.id: one.name for one in study.workloads}


def quarter_of(day: date) -> str:
    """Return the quarter that holds a day."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def study_on(study: Study, day: date) -> Study:
    """Return the study as somebody would have asked it on a day: first quarter, law, knowledge."""
    return replace(study, as_known_on=day, in_force_on=day, start=quarter_of(day))


def ask_on(study: Study, catalog: Catalog, pack: Pack, day: date, by: date) -> Day:
    """Answer a study as known on a day.

    Parameters
    ----------
    by
        The day by which large deliveries are asked for.
    """
    facts = Facts(catalog.as_known_on(day), study_on(study, day))
    seen = what_happened(facts.catalog, known_on=day)
    answered, refused = _answer(facts, pack)
    outlook = _outlook(facts) if answered is None else answered.outlook
    return Day(
        quarter=quarter_of(day), facts=facts, outlook=outlook, answered=answered, refused=refused,
        seen=seen, large=_large(facts, outlook, seen, by),
    )  # fmt: skip


def _answer(facts: Facts, pack: Pack) -> tuple[Answered | None, dict[str, object] | None]:
    try:
        return answer(facts, pack, lambda _: None), None
    except RefusalError as refusal:
        missing = [str(name) for name in refusal.missing]
        return None, say("replay.refused", missing=missing, date=facts.study.as_known_on)
    except NoPlanExistsError as none:
        return None, say("replay.no_plan", reason=str(none))


def _outlook(facts: Facts) -> Outlook | None:
    line = leading_line(facts)
    if line is None:
        return None
    try:
        return look_ahead(facts, line)
    except (RefusalError, UnknownNameError):
        return None


def order_book(seen: Happened, outlook: Outlook | None) -> Figure | None:
    """Return the orders reported for the line; ``None`` where none were, or of another line."""
    stage = _ordered(seen, outlook)
    return None if stage is None else stage_figure(seen, stage, "central")


def _ordered(seen: Happened, outlook: Outlook | None) -> StageSeen | None:
    told = load_backtest_plan().deliveries
    if outlook is None or outlook.line != told.line:
        return None
    stage = seen.stage(ORDERED)
    return None if stage is None or stage.central is None else stage


def _large(facts: Facts, outlook: Outlook | None, seen: Happened, by: date) -> LargeDelivery | None:
    ordered = order_book(seen, outlook)
    if outlook is None or ordered is None or not ordered.value:
        return None
    asked = load_backtest_plan().deliveries
    large = Figure(
        asked.large_chips, "chip", "a tenth of what was reported as ordered",
        (ordered,), name="large deliveries",
    )  # fmt: skip
    got = outlook.arrivals
    share = asked.large_chips / ordered.value * got.chips_ordered
    chance = Figure(
        _worth(got.p_at_least(share, quarter=LARGE_QUARTERS)),
        "1",
        f"share of the paths on which so many of the orders are delivered by {by}",
        (ordered, large),
        _evidence(got),
    )
    return LargeDelivery(facts.study.as_known_on, by, large, chance, LARGE_QUARTERS)


def _worth(chance: float) -> float:
    """Round a chance to what its draws are worth: a percent, or a tenth of one below a percent."""
    return round(chance, 2 if chance >= 0.01 else 3)


def _evidence(got: Arrivals) -> tuple[str, ...]:
    return (FUTURES, *(f"{EVENT}{cite}" for cite in got.evidence))


def day_section(day: Day, ends: tuple[date, ...]) -> dict[str, object]:
    """Return what was said on a day.

    Parameters
    ----------
    ends
        The days at which the quarters of the fan end.
    """
    large = day.large
    return {
        "known_on": day.known_on,
        "quarter": day.quarter,
        "refused": day.refused,
        "gates": gate_row(day),
        "chances": _chances(day),
        "regimes": _regimes(day),
        "orders": shown_orders(day),
        "ordered": order_book(day.seen, day.outlook),
        "fan": _fan(day, ends),
        "large": None if large is None else {
            "by": large.by, "chips": large.large, "chance": large.chance,
        },
        "facts": {},
    }  # fmt: skip


def leading(day: Day) -> str | None:
    """Return the first import option that follows the line of the outlook."""
    if day.outlook is None:
        return None
    options = day.facts.study.options
    return next((one.id for one in options if one.line == day.outlook.line), None)


def gate_row(day: Day) -> list[dict[str, object]]:
    """Return the row of the leading import option as the rules read it on the day."""
    if day.answered is None:
        return []
    names = names_of(day.facts.study)
    rows = gates_section(day.facts, day.answered.judged, names)
    row = next((entry["row"] for entry in rows if entry["option"] == leading(day)), [])
    assert isinstance(row, list), "a row of gates is a list"  # noqa: S101
    return [{key: reading[key] for key in _GATE_KEYS} for reading in row]


def _chances(day: Day) -> list[dict[str, object]]:
    """Return the chance of each followed gate not to be shut when large deliveries are asked."""
    if day.outlook is None:
        return []
    entries: list[dict[str, object]] = []
    for gate, odds in day.outlook.odds.items():
        sources = (FUTURES, *(f"{EVENT}{event}" for event in odds.evidence))
        p_open = {
            key: Figure(
                float(np.clip(band[LARGE_QUARTERS], 0.0, 1.0)),
                "1",
                f"{key} of the chance that the gate is not shut {LARGE_QUARTERS} quarters on",
                sources=sources,
            )
            for key, band in p_not_shut(odds).items()
        }
        entries.append({"gate": gate, "p_open": p_open})
    return entries


def _regimes(day: Day) -> dict[str, Figure]:
    """Return how likely each regime looked on the day; nothing where no gate was followed."""
    if day.outlook is None:
        return {}
    chain = day.outlook.chain
    sources = evidence_of(day.outlook)
    return {
        name: Figure(float(chance), "1", "chance of the regime on the day", sources=sources)
        for name, chance in zip(chain.names, chain.p_regime(quarters=0)[0], strict=True)
    }


def shown_orders(day: Day) -> list[dict[str, object]]:
    """Return the first quarter's orders, and the leading import option even where none is."""
    answered = day.answered
    if answered is None:
        return []
    judged = {one.id: one for one in answered.judged}
    limits = limit_figures(day.facts)
    context = OrderContext(
        day.facts, answered.problem, answered.plan, answered.offers, limits, judged
    )
    entries = orders_section(context)
    shown = [entry for entry in entries if _is_ordered(entry) or entry["system"] == leading(day)]
    return [
        {**{key: entry[key] for key in _ORDER_KEYS}, "origin": _origin(answered, entry)}
        for entry in shown
    ]


def _is_ordered(entry: Mapping[str, object]) -> bool:
    lots = entry["lots"]
    return isinstance(lots, Figure) and lots.value is not None and lots.value > 0.0


def _origin(answered: Answered, entry: Mapping[str, object]) -> Origin:
    return next(one.option.origin for one in answered.offers if one.id == entry["system"])


def _fan(day: Day, ends: tuple[date, ...]) -> list[dict[str, object]]:
    """Return the deliveries of the reported orders by quarter, as said on the day."""
    ordered = order_book(day.seen, day.outlook)
    if day.outlook is None or ordered is None or not ordered.value:
        return []
    got = day.outlook.arrivals
    scale = ordered.value / got.chips_ordered
    sources = (*_evidence(got), *evidence_of(day.outlook))
    return [
        {
            "by": end,
            **{
                key: Figure(
                    float(np.quantile(got.paths[:, quarter], share)) * scale,
                    "chip",
                    f"{key} over the paths of the reported orders delivered by {end}",
                    (ordered,),
                    tuple(dict.fromkeys(sources)),
                )
                for key, share in FAN.items()
            },
        }
        for quarter, end in enumerate(ends[: got.paths.shape[1]])
    ]
