"""The short answer: a few messages in the order in which a reader needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from narrows.core import Figure, GateReading, GateState, Obtained
from narrows.rules import Turn
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.rates import Rates
from narrows.study.facts import Facts
from narrows.study.say import say
from narrows.study.schema import Origin
from narrows.study.sections.reached import told_reached
from narrows.study.sections.sensitivities import Decision, Sensitivities
from narrows.study.sections.shares import SharePoint
from narrows.study.sources import CALENDAR, PLANNER

Entry = Mapping[str, object]
ARRIVES_AFTER = 2
"""Quarters after the first, at the end of which the arrival line stands: late enough to tell, early
enough to matter."""
ORDERS_SHOWN = 3
"""The terminal answer has 24 lines; the whole list is in the brief."""


@dataclass(frozen=True)
class Told:
    """The sections from which the headline is drawn."""

    facts: Facts
    offers: Sequence[Offer]
    rows: Mapping[str, tuple[GateReading, ...]]
    orders: Sequence[Entry]
    worth: Sequence[Entry]
    futures: Entry | None
    sensitive: Sensitivities
    lapses: Sequence[Entry]
    assumptions: Sequence[Entry]
    not_checked: Sequence[Entry]
    rates: Rates
    leading: Offer | None
    reference_domestic: str | None
    reached: Sequence[Entry]
    planner: Entry


def headline(told: Told) -> list[dict[str, object]]:
    """Return label and messages, in terminal order; a line without a finding is left out."""
    lines = {
        "ANSWER": _answer(told),
        "GATES": _gates(told),
        "ARRIVES": _arrives(told),
        "WORTH": _worth(told),
        "BOOKED": _booked(told),
        "ORDER": _orders(told),
        "REACHED": told_reached(told.reached),
        "UNKNOWN": _unknown(told),
        "CLOCK": _clock(told),
        "TRUST": [_trust(told)],
        "NEXT": [say("study.next", study=told.facts.study.study)],
    }
    return [{"label": label, "messages": messages} for label, messages in lines.items() if messages]


def _ordered(told: Told) -> list[Entry]:
    return [entry for entry in told.orders if _number(entry["lots"]) > 0.0]


def _number(figure: object) -> float:
    value = figure.value if isinstance(figure, Figure) else None
    return 0.0 if value is None else float(value)


def _answer(told: Told) -> list[dict[str, object]]:
    turn, leading = told.sensitive.turn, told.leading
    ordered = _ordered(told)
    messages: list[dict[str, object]] = []
    if leading is not None and turn is not None and turn.orders_nonrefundable < 1.0:
        messages.append(say("study.answer.no_nonrefundable", system=leading.id))
    messages += [
        say("study.answer.order_now", system=entry["system"], chips=entry["chips"])
        for entry in ordered
        if _origin(told, entry) is Origin.DOMESTIC
    ][:1]
    if leading is not None and any(entry["system"] == leading.id for entry in ordered):
        messages.append(say("study.answer.keep_option", system=leading.id))
    if not messages:
        messages.append(say("study.answer.nothing_now"))
    return messages + _flips(told, turn)


def _flips(told: Told, turn: Decision | None) -> list[dict[str, object]]:
    section = told.sensitive.section.get("flip")
    if turn is None or turn.threshold is None or not isinstance(section, Mapping):
        return []
    belief = section["belief"]
    return [
        say(
            "study.answer.flips",
            gate=section["gate"],
            threshold=section["threshold"],
            belief=belief["p50"],
            low=belief["p05"],
            high=belief["p95"],
        )
    ]


def _origin(told: Told, entry: Entry) -> Origin:
    return next(offer.option.origin for offer in told.offers if offer.id == entry["system"])


def _gates(told: Told) -> list[dict[str, object]]:
    if told.leading is None:
        return []
    return [say("study.gates.summary", option=told.leading.id)]


def _arrives(told: Told) -> list[dict[str, object]]:
    if told.futures is None or told.leading is None:
        return []
    arrivals = told.futures["arrivals"]
    assert isinstance(arrivals, Mapping), "the futures section states arrivals"  # noqa: S101
    by = arrivals["by"][min(ARRIVES_AFTER, told.facts.study.quarters - 1)]
    return [
        say(
            "study.arrives",
            ordered=arrivals["ordered"],
            system=told.leading.id,
            arrived=by["p50"],
            by=by["quarter"],
            low=by["p05"],
            high=by["p95"],
        )
    ]


def _worth(told: Told) -> list[dict[str, object]]:
    """Return one line for training and one for serving, the first workload of each kind."""
    messages: list[dict[str, object]] = []
    seen: set[object] = set()
    for entry in told.worth:
        ratio = entry.get("ratio")
        wanted = entry["system"] == told.reference_domestic and entry["kind"] not in seen
        if not wanted or not isinstance(ratio, Mapping) or told.leading is None:
            continue
        seen.add(entry["kind"])
        messages.append(
            say(
                "study.worth",
                system=told.leading.id,
                ratio=ratio["p50"],
                low=ratio["p05"],
                high=ratio["p95"],
                against=entry["system"],
                workload=entry["kind"],
            )
        )
    return messages


def _booked(told: Told) -> list[dict[str, object]]:
    standing, source = told.facts.booked, (told.facts.study_source,)
    if standing is None:
        return []
    to_come = sum(one.chips for one in standing.under_way)
    came = sum(standing.delivered.values())
    return [
        say(
            "study.booked",
            quarter=standing.first_quarter,
            came=Figure(came, "chip", "delivered, as booked", sources=source),
            to_come=Figure(to_come, "chip", "ordered - ended, as booked", sources=source),
        )
    ]


def _orders(told: Told) -> list[dict[str, object]]:
    orders = [
        say("study.order", lots=entry["lots"], system=entry["system"], flag=_flag(told, entry))
        for entry in _ordered(told)[:ORDERS_SHOWN]
    ]
    # Who decided is told here only where it is not the graph that was asked.
    said = told.planner["said"] if "refused" in told.planner else []
    assert isinstance(said, list), "the section of the planner holds messages"  # noqa: S101
    return [*orders, *said]


def _flag(told: Told, entry: Entry) -> str:
    if _origin(told, entry) is Origin.IMPORT:
        return "refundable_only"
    row = told.rows.get(str(entry["system"]), ())
    if any(reading.state is GateState.SHUT for reading in row):
        return "gate_shut"
    needs_counsel = any(
        reading.state in (GateState.UNKNOWN, GateState.CONDITIONAL) for reading in row
    )
    return "counsel" if needs_counsel else "firm"


def _unknown(told: Told) -> list[dict[str, object]]:
    """Return the cost of the unpublished share on the study's own basis."""
    basis = str(told.facts.study.domestic_share.basis)
    found = {one.share: one for one in told.sensitive.shares if one.basis == basis}
    if not found:
        return []
    points = [found[share] for share in sorted(found)]
    shares = [_asked(point) for point in points]
    changes = [point.change for point in points]
    said = [say("study.unknown.domestic_share", shares=shares, changes=changes, basis=basis)]
    last = points[-1]
    if last.low.value is None or last.high.value is None:
        return said
    interval = {"share": _asked(last), "range": [last.low, last.high]}
    return [*said, say("study.unknown.share_interval", **interval)]


def _asked(point: SharePoint) -> Figure:
    return Figure(point.share, "1", "the share asked about", sources=(PLANNER,))


def _clock(told: Told) -> list[dict[str, object]]:
    ahead = [entry for entry in told.lapses if entry["turn"] in (Turn.RETURNS, Turn.LAPSES)]
    if not ahead:
        return []
    # A rule that comes back by itself surprises more than a text that says when it ends.
    first = min(ahead, key=lambda e: (e["turn"] is not Turn.RETURNS, _number(e["days_left"])))
    return [say("study.clock", date=first["date"], message=first["message"])]


def _trust(told: Told) -> dict[str, object]:
    guesses = sum(
        1 for rate in told.rates.each
        if rate.speed is not None and rate.speed.obtained is Obtained.FIRST_GUESS
    )  # fmt: skip

    def counted(count: int, what: str) -> Figure:
        return Figure(count, "1", f"number of {what}", sources=(CALENDAR,))

    return say(
        "study.trust",
        assumptions=counted(len(told.assumptions), "assumptions of the study"),
        first_guess=counted(guesses, "rates that rest on first-guess constants"),
        not_checked=counted(len(told.not_checked), "matters not checked"),
    )
