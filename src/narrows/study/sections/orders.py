"""The order list: what to order now, its cost, the rule that holds it, and one reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from narrows.core import Figure, GateState
from narrows.planning import Plan, Problem, Reason
from narrows.study.answered import Planner
from narrows.study.bridge.gates import Judged
from narrows.study.bridge.offers import Offer
from narrows.study.facts import Facts
from narrows.study.say import say
from narrows.study.schema import Origin
from narrows.study.sources import PLANNER

LOT_SHOWN_MIN = 1e-6
"""Whole lots carry the solver's rounding; less than this is no order."""


@dataclass(frozen=True, slots=True)
class OrderContext:
    """What an order figure is derived from."""

    facts: Facts
    problem: Problem
    plan: Plan
    offers: Sequence[Offer]
    limits: Mapping[str, Figure]
    """The study's limits that the planner weighed: budget, cap, unmet multiple."""
    judged: Mapping[str, Judged]
    planner: Planner = Planner.TREE


_DECIDED = {
    Planner.TREE: "cheapest plan over the tree",
    Planner.GRAPH: "whole lots of the policy graph, explained by the tree with them held",
}


def orders_section(context: OrderContext) -> list[dict[str, object]]:
    """Return the orders of the first quarter, dearest first, then what is not ordered and why."""
    entries = [_entry(context, offer) for offer in context.offers]
    ordered = [entry for lots, entry in entries if lots > LOT_SHOWN_MIN]
    ordered.sort(key=lambda entry: -_cost(entry))
    rest = [entry for lots, entry in entries if lots <= LOT_SHOWN_MIN]
    return [*ordered, *rest]


def _cost(entry: Mapping[str, object]) -> float:
    cost = entry["cost_cny"]
    assert isinstance(cost, Figure), "an order's cost is a figure"  # noqa: S101
    return 0.0 if cost.value is None else float(cost.value)


def first_lots(plan: Plan) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the lots ordered in the first quarter, shape ``(K,)``, over all sites."""
    lots: np.ndarray[tuple[int], np.dtype[np.float64]] = plan.orders[0].sum(axis=1)
    return lots


def _entry(context: OrderContext, offer: Offer) -> tuple[float, dict[str, object]]:
    place = _place(context, offer)
    lots = 0.0 if place is None else float(np.round(first_lots(context.plan)[place], 6))
    inputs = _inputs(context, offer)
    formula = f"{_DECIDED[context.planner]}, gap {context.plan.gap:.2%}"
    lots_figure = Figure(lots, "lot", formula, inputs, (PLANNER,), name=f"orders/{offer.id}/lots")
    chips = _product(lots_figure, offer.lot_chips, "chip", "lots x chips a lot")
    usd = _product(chips, offer.price_usd.central, "USD", "chips x price")
    cny = _product(chips, offer.price_cny, "CNY", "chips x price in yuan")
    entry: dict[str, object] = {
        "quarter": context.problem.axes.quarters[0],
        "system": offer.id,
        "name": offer.option.name,
        "lots": lots_figure,
        "chips": chips,
        "chips_per_lot": offer.lot_chips,
        "cost_usd": usd,
        "cost_cny": cny,
        "price_usd": offer.price_usd.central,
        "refundable": _is_refundable(offer),
        "refund_share": offer.refund,
        "reason": _reason(context, offer, lots),
        "binding": _binding(context, offer, inputs),
        "flags": _flags(context, offer),
    }
    return lots, entry


def _place(context: OrderContext, offer: Offer) -> int | None:
    """Return where an option stands in the plan; ``None`` where the rules kept it out."""
    systems = context.problem.axes.systems
    return systems.index(offer.id) if offer.id in systems else None


def _product(left: Figure, right: Figure, unit: str, formula: str) -> Figure:
    if left.value is None or right.value is None:
        return Figure(None, unit, formula, (left, right))
    return Figure(left.value * right.value, unit, formula, (left, right))


def _inputs(context: OrderContext, offer: Offer) -> tuple[Figure, ...]:
    own = (
        offer.price_cny,
        offer.supply.central,
        offer.power_kw.central,
        offer.availability.central,
        offer.deposit,
        offer.refund,
    )
    return (*own, *context.limits.values())


def _is_refundable(offer: Offer) -> bool | None:
    return None if offer.refund.value is None else offer.refund.value > 0


def _reason(context: OrderContext, offer: Offer, lots: float) -> dict[str, object]:
    if lots <= LOT_SHOWN_MIN:
        return say("study.reason.not_ordered", why=_why_not(context, offer))
    binding = _binding_rule(context, offer)
    if offer.option.origin is Origin.IMPORT:
        return say("study.reason.refundable_option")
    if binding is None:
        return say("study.reason.cheapest_useful_work")
    return say("study.reason.binding", rule=binding)


def _why_not(context: OrderContext, offer: Offer) -> str:
    barrier = context.judged[offer.id].barrier
    if barrier is not None:
        is_shut = barrier.state is GateState.SHUT
        return f"gate_{barrier.gate}" if is_shut else f"gate_unknown_{barrier.gate}"
    place = _place(context, offer)
    if place is None or context.problem.offers.supply[0, place] <= 0.0:
        return "not_available_yet"
    if not context.problem.work.rate[place].any():
        return "no_rate"
    return "dearer_than_other_work"


def _of_offer(context: OrderContext, offer: Offer) -> list[Reason]:
    return [reason for reason in context.plan.reasons if reason.system == offer.id]


def _binding_rule(context: OrderContext, offer: Offer) -> str | None:
    rules = [reason.binding for reason in _of_offer(context, offer) if reason.binding is not None]
    return rules[0] if rules else None


def _binding(
    context: OrderContext, offer: Offer, inputs: tuple[Figure, ...]
) -> list[dict[str, object]]:
    """Return each rule that one more lot would run into, with the money it costs."""
    entries = []
    for reason in _of_offer(context, offer):
        for rule, money in sorted(reason.by_rule.items()):
            if money >= 0.0 or rule in ("work", "retired"):
                continue
            price = Figure(
                -float(money),
                "CNY",
                "what the rule takes from one more lot, at the prices of the linear programme "
                "with whole numbers held",
                inputs,
                (PLANNER,),
            )
            entries.append(
                {
                    "rule": rule,
                    "site": reason.site,
                    "message": say("study.binding.price", rule=rule, price=price),
                    "price": price,
                }
            )
    return entries


def _flags(context: OrderContext, offer: Offer) -> list[dict[str, object]]:
    """Return what the reader has to know beside the order, from its gates."""
    row = context.judged[offer.id].row
    flags = [
        say("study.flag.gate", gate=reading.gate, state=reading.state)
        for reading in row
        if reading.state in (GateState.SHUT, GateState.UNKNOWN, GateState.DISCRETIONARY)
    ]
    if offer.option.origin is Origin.IMPORT:
        flags.append(say("study.flag.refundable_only"))
    return flags
