"""The rules of a quarter as rows between its state and its decisions."""

from __future__ import annotations

import numpy as np

from narrows.planning.affine import Affine, total
from narrows.planning.blocks.assignment import assignment, assignment_at_sites
from narrows.planning.blocks.banks import cap_rows, cap_use, share_rows, share_use, weight_unit
from narrows.planning.blocks.deliveries import Deliveries
from narrows.planning.blocks.demand import demand
from narrows.planning.blocks.porting import porting
from narrows.planning.blocks.rental import rental
from narrows.planning.blocks.sites import floor, power
from narrows.planning.blocks.supply import supply
from narrows.planning.policy.cancelling import by_quarters_left, pipeline
from narrows.planning.policy.commitments import Carried, room_ahead
from narrows.planning.policy.decisions import ported_once
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.quarter import Flow, Quarter
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import may_retire


def rules_of(now: Quarter, flow: Flow, budget: Affine) -> list[Rows]:
    """Return the rules of a quarter; ``budget`` is what its cost leaves of the budget."""
    carried = Carried(fleet=flow.made.fleet, under_way=flow.lots.under_way, bond=flow.lots.bond)
    return [
        *_rules_of_work(now, flow.made),
        *_rules_of_banks(now, flow.made, budget),
        *room_ahead(now.graph, now.number, now.regime, carried),
    ]


def _rules_of_work(now: Quarter, made: Deliveries) -> list[Rows]:
    view, variables, before = now.view, now.variables, now.before
    stays = np.where(may_retire(now.graph), 0.0, np.inf)[None]
    cancelled = by_quarters_left(variables.cancel)
    return [
        at_most("fleet", -made.fleet, limit=stays, axes=("system", "site"), unit="chips"),
        assignment(view, variables, made),
        assignment_at_sites(view, variables, made),
        demand(view, variables),
        power(view, made),
        floor(view, made),
        supply(view, variables),
        ported_once(before.ported, variables.started),
        porting(view, variables, _begun(now.graph, before.ported)),
        rental(view, variables),
        pipeline(now.graph, before.transit, cancelled, now.number),
    ]


def _rules_of_banks(now: Quarter, made: Deliveries, budget: Affine) -> list[Rows]:
    view, variables, before = now.view, now.variables, now.before
    rules = []
    for cap, balance in zip(view.caps, before.caps, strict=True):
        flow = cap_use(view, variables, made, cap) - balance.times(cap.carry)
        rules.append(cap_rows(view, cap, flow))
    for number, share in enumerate(view.shares):
        credit = before.shares[number].times(share.carry * weight_unit(now.graph.shares[number]))
        rules.append(share_rows(share, share_use(view, variables, made, share) - credit))
    if now.graph.budget is not None:
        rules.append(at_most("budget", -budget, limit=0.0, axes=(), unit="money"))
    return rules


def _begun(graph: PolicyGraph, ported: Affine) -> Affine:
    """``(1, Q, W)``: portings that started long enough ago to be of use now."""
    quarters = graph.porting.quarters
    steps = [
        ported.pick(3, step).times((quarters == step + 1)[None].astype(np.float64))
        for step in range(ported.shape[3])
    ]
    return total(steps)
