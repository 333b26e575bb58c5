"""Ask every room, and solve: all that a result is laid out from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from narrows.core import RefusalError
from narrows.executors import Executor, Serial
from narrows.planning import (
    MipLimits,
    NoPlanError,
    Plan,
    PolicyGraph,
    Problem,
    explain_infeasible,
    relax,
    solve,
)
from narrows.rules import Pack
from narrows.study.bridge.electricity import PowerChoice, choose_sites
from narrows.study.bridge.gates import Judged, judge_option, judge_rental
from narrows.study.bridge.goals import check_goals
from narrows.study.bridge.graph import Refused, make_graph
from narrows.study.bridge.offers import LeftOut, Offer, make_offers
from narrows.study.bridge.outlook import Outlook, leading_line, look_ahead, single_tree
from narrows.study.bridge.passage import Way, find_ways, passage_by
from narrows.study.bridge.problem import make_problem
from narrows.study.bridge.rates import Rates, work_rates
from narrows.study.by_graph import ByGraph, Decided, decide_by_graph
from narrows.study.facts import Facts
from narrows.study.infeasible import NoPlanExistsError


class Planner(StrEnum):
    """Who decides the first orders."""

    GRAPH = "graph"
    TREE = "tree"


Report = Callable[[str], None]

MIP_GAP = 0.01
MIP_NODES = 200
"""The search of whole lots stops after so many nodes, the same on every machine; the gap reached is
printed with the plan."""


@dataclass(frozen=True)
class Answered:
    """What the rooms said, before it is laid out."""

    facts: Facts
    pack: Pack
    judged: tuple[Judged, ...]
    offers: tuple[Offer, ...]
    planned: tuple[Offer, ...]
    left_out: tuple[LeftOut, ...]
    rates: Rates
    outlook: Outlook | None
    problem: Problem
    plan: Plan
    ways: tuple[Way, ...]
    graph: ByGraph | Refused | None = None
    power: tuple[PowerChoice, ...] = ()

    @cached_property
    def relaxed(self) -> Plan:
        """The optimum without whole numbers, against which every what-if is held."""
        return relax(self.problem, self.plan.basis)


def answer(
    facts: Facts,
    pack: Pack,
    report: Report,
    executor: Executor | None = None,
    planner: Planner = Planner.TREE,
) -> Answered:
    """Ask every room.

    Parameters
    ----------
    executor
        Where the work of each system is timed; here and now by default.
    planner
        Which planner decides the first orders. A study that the graph cannot carry is planned by
        the tree, and the answer holds the reason.

    Raises
    ------
    NoPlanExistsError
        No plan satisfies the rules.
    RefusalError
        A fact is missing, or the executor lost the timing of a system.
    """
    report("judging the routes")
    study = facts.study
    judged = (
        *(judge_option(facts, pack, option) for option in study.options),
        *(judge_rental(facts, pack, rental) for rental in study.rentals),
    )
    every, left_out = make_offers(facts)
    report("timing the work")
    rates = work_rates(facts, every, executor or Serial())
    report("looking ahead")
    outlook = _look_ahead(facts)
    tree = single_tree(study.quarters) if outlook is None else outlook.tree
    planned = plannable(facts, every, judged)
    ways = find_ways(facts, planned, judged, outlook=outlook)
    passage = passage_by(ways, facts, planned, judged, tree=tree)
    among = rates.among([offer.id for offer in planned])
    problem = make_problem(facts, planned, among, tree=tree, passage=passage)
    check_goals(problem)
    power = choose_sites(problem, facts, planned)
    if power:
        facts = replace(facts, domestic_only=power[0].sites)
        problem = make_problem(facts, planned, among, tree=tree, passage=passage)
    report("planning orders")
    chain = None if outlook is None else outlook.chain
    asked = make_graph(problem, chain, ways) if planner is Planner.GRAPH else None
    decided = asked if not isinstance(asked, PolicyGraph) else _by_graph(problem, asked, report)
    found = decided.by if isinstance(decided, Decided) else decided
    plan = decided.plan if isinstance(decided, Decided) else solve_or_explain(problem)
    return Answered(
        facts=facts, pack=pack, judged=judged, offers=every, planned=planned, left_out=left_out,
        rates=rates, outlook=outlook, problem=problem, plan=plan, ways=ways, graph=found,
        power=tuple(power),
    )  # fmt: skip


def _by_graph(problem: Problem, graph: PolicyGraph, report: Report) -> Decided | Refused:
    """Decide, and report what the bound took: a result, whose bytes repeat, holds no time."""
    decided = decide_by_graph(problem, graph, MipLimits(gap=MIP_GAP, nodes=MIP_NODES))
    if isinstance(decided, Decided):
        policy = decided.by.policy
        report(f"bounded by {len(policy.bounds)} walks in {policy.cpu_s:.1f} CPU s")
    return decided


def solve_or_explain(problem: Problem) -> Plan:
    """Return the plan, or say which named rule cannot hold in which quarter.

    Raises
    ------
    NoPlanExistsError
        No plan satisfies the rules; the error names the first rule that has to give way.
    """
    try:
        return solve(problem, MipLimits(gap=MIP_GAP, nodes=MIP_NODES))
    except NoPlanError as error:
        raise NoPlanExistsError.of(explain_infeasible(problem)) from error


def plannable(facts: Facts, offers: Sequence[Offer], judged: Sequence[Judged]) -> tuple[Offer, ...]:
    """Return the offers that the planner may see: those with a lawful way, and what is held.

    The planner never invents a route: an option that the rules shut does not exist for it.

    Raises
    ------
    RefusalError
        Nothing is left, or what was ordered lacks a fact.
    """
    lawful = {one.id for one in judged if one.lawful}
    held = {holding.option for site in facts.study.sites for holding in site.holdings}
    booked = frozenset() if facts.booked is None else facts.booked.options
    for option in sorted(booked - {offer.id for offer in offers}):
        reason = f"{option} was ordered, and facts that a plan needs of it are missing"
        raise RefusalError(reason, (f"options.{option}",))
    found = tuple(offer for offer in offers if offer.id in lawful | held | booked)
    if not found:
        reason = "no option has a lawful way and every figure that a plan needs, and none is held"
        raise RefusalError(reason, tuple(f"options.{one.id}" for one in facts.study.options))
    return found


def _look_ahead(facts: Facts) -> Outlook | None:
    """Return the outlook of the leading import line; ``None`` where nothing was known of it."""
    line = leading_line(facts)
    if line is None:
        return None
    try:
        return look_ahead(facts, line)
    except RefusalError:
        return None
