"""Two results side by side: which first orders differ, and what moved that could move them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from narrows.core import InputError, Json
from narrows.study.compare.causes import (
    Cause,
    Kind,
    belief_causes,
    fact_causes,
    gate_causes,
    rule_causes,
    same,
    speed_causes,
)
from narrows.study.compare.side import Side, below, mappings, number
from narrows.study.say import say

TOLD_MAX = 3
"""Causes told in the sentence of one order; the document lists all."""
_ORDER = (Kind.OPTION, Kind.GATE, Kind.BELIEF, Kind.FACT, Kind.SPEED, Kind.RULE)
"""The order in which causes are told: what forbids, is believed, is paid, and is worth."""
_LABELS: Mapping[Kind, str] = {
    Kind.OPTION: "GATES", Kind.GATE: "GATES", Kind.BELIEF: "BELIEF", Kind.FACT: "FACTS",
    Kind.SPEED: "WORTH",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed, as a JSON document; see ``docs/result.md``."""

    document: dict[str, Json]

    def to_json(self) -> str:
        """Return the document; equal results give equal bytes."""
        return json.dumps(self.document, ensure_ascii=False, indent=1) + "\n"


def compare_results(old: Mapping[str, Json], new: Mapping[str, Json]) -> Comparison:
    """Return the first orders that differ, each with what moved of its own, and all that moved.

    Nothing is re-solved: a cause is what differs among the facts from which an order is derived,
    the gates and beliefs of its line, and its speeds. Where nothing of its own moved, an order
    changed through the limits that it shares with others.
    """
    before, after = Side(old), Side(new)
    causes = _all(before, after)
    orders = [
        order
        for system in dict.fromkeys([*after.orders, *before.orders])
        if (order := _order(system, before, after, causes)) is not None
    ]
    orders.sort(key=lambda order: -abs(order.money))
    document = {
        "study": _study(before, after, _headline(before, after, orders, causes)),
        "clocks": {"old": _clock(before), "new": _clock(after)},
        "orders": [order.entry for order in orders],
        "causes": [cause.entry() for cause in causes],
        "gates": [], "not_checked": [], "derivations": {},
        "sources": {**below(old, "sources"), **below(new, "sources")},
    }  # fmt: skip
    plain: dict[str, Json] = json.loads(json.dumps(document))
    return Comparison(plain)


def _all(before: Side, after: Side) -> list[Cause]:
    """Return all that moved, once each; what is assumed is told by its path in the study."""
    facts = [
        {name: fact for name, fact in side.facts.items() if not fact.assumed}
        for side in (before, after)
    ]
    found = [
        *gate_causes(before, after),
        *belief_causes(before, after),
        *fact_causes(facts[0], facts[1]),
        *fact_causes(before.assumptions, after.assumptions),
        *speed_causes(before, after),
    ]
    return sorted(found, key=lambda cause: (_ORDER.index(cause.kind), -cause.size))


@dataclass(frozen=True, slots=True)
class _Order:
    entry: dict[str, object]
    said: dict[str, object]
    money: float


def _order(system: str, before: Side, after: Side, causes: Sequence[Cause]) -> _Order | None:
    """Return how an order changed; ``None`` where it did not."""
    was, is_now = (side.orders.get(system, (None, {}))[1] for side in (before, after))
    old, new = (_amount(order, "chips") for order in (was, is_now))
    if same(old, new):
        return None
    own = _own(system, before, after, causes)
    because = [dict(cause.message) for cause in own[:TOLD_MAX]]
    told = "compare.order_because" if because else "compare.order_elsewhere"
    values = {"system": system, "old": old, "new": new}
    said = say(told, **values, **({"because": because} if because else {}))
    costs = {f"{name}_cost_cny": _amount(order, "cost_cny")
             for name, order in (("old", was), ("new", is_now))}  # fmt: skip
    entry = {**values, **costs, "because": [cause.entry() for cause in own]}
    return _Order(entry, said, costs["new_cost_cny"] - costs["old_cost_cny"])


def _amount(order: Mapping[str, Json], name: str) -> float:
    """Return an amount of an order; an option that a result lists with no lots is not ordered.

    Raises
    ------
    InputError
        An order of some lots lacks the amount: what is not told is not nothing.
    """
    value, lots = number(order.get(name)), number(order.get("lots"))
    if value is not None:
        return value
    if not lots:
        return 0.0
    mend = "compare results as `narrows run` wrote them"
    raise InputError(f"the order of {order.get('system')} has no {name}", mend, fieldname="orders")


def _own(system: str, before: Side, after: Side, causes: Sequence[Cause]) -> list[Cause]:
    """Return what moved of an order's own, larger moves first within a kind."""
    own = [cause for cause in causes if system in cause.options and cause.kind is not Kind.FACT]
    facts = []
    for side in (before, after):
        place = side.orders.get(system, (None, {}))[0]
        found = () if place is None else side.below_order(place)
        facts.append({fact.name: fact for fact in found})
    own += list(fact_causes(facts[0], facts[1])) if all(facts) else []
    if system in before.orders and system in after.orders:
        own += rule_causes(system, before.orders[system][1], after.orders[system][1])
    return sorted(own, key=lambda cause: (_ORDER.index(cause.kind), -cause.size))


def _headline(
    before: Side, after: Side, orders: Sequence[_Order], causes: Sequence[Cause]
) -> list[dict[str, object]]:
    days = {name: _clock(side)["as_known_on"] for name, side in (("old", before), ("new", after))}
    names = dict.fromkeys([_name(before), _name(after)])
    lines: dict[str, list[Mapping[str, object]]] = {
        "PLAN": [say("compare.plan", study=" -> ".join(names), **days)],
        "ORDER": [order.said for order in orders] or [say("compare.same")],
        "COST": _cost(before, after),
        "GATES": [], "BELIEF": [], "FACTS": [], "WORTH": [],
    }  # fmt: skip
    for cause in causes:
        lines[_LABELS[cause.kind]].append(cause.message)
    if not causes:
        lines["FACTS"].append(say("compare.nothing"))
    return [{"label": label, "messages": said} for label, said in lines.items() if said]


def _cost(before: Side, after: Side) -> list[Mapping[str, object]]:
    """Return the cost of both plans where they begin in the same quarter, else nothing."""
    costs, starts = [], []
    for side in (before, after):
        waits = mappings(below(side.document, "sensitivities").get("waiting"))
        costs.append(number(waits[0].get("cost_cny")) if waits else None)
        starts.append([order.get("quarter") for _, order in side.orders.values()][:1])
    if None in costs or starts[0] != starts[1]:
        return []
    return [say("compare.cost", old=costs[0], new=costs[1])]


def _study(
    before: Side, after: Side, headline: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    names = {**below(before.document, "study", "names"), **below(after.document, "study", "names")}
    return {"name": _name(after), "old_name": _name(before), "names": names, "headline": headline}


def _name(side: Side) -> str:
    return str(below(side.document, "study").get("name"))


def _clock(side: Side) -> dict[str, Json]:
    clocks = below(side.document, "clocks")
    return {name: clocks.get(name) for name in ("as_known_on", "in_force_on")}
