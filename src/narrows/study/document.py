"""Lay a result out: sections, derivations, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from narrows.core import COMPILED_ON, Figure, Json, Layout, lay_out, message
from narrows.executors import Executor
from narrows.rules import Pack
from narrows.study.answered import Answered, Planner, Report
from narrows.study.bridge.offers import LeftOut, Offer
from narrows.study.bridge.permission import Passing, passing
from narrows.study.by_graph import ByGraph
from narrows.study.cited import with_sources
from narrows.study.facts import Facts
from narrows.study.result import Result
from narrows.study.schema import Origin
from narrows.study.sections.assumptions import assumptions_section
from narrows.study.sections.booked import booked_section
from narrows.study.sections.clocks import clocks_section
from narrows.study.sections.comparisons import comparisons_section, missing_comparisons_section
from narrows.study.sections.futures import capability_section, futures_section
from narrows.study.sections.gates import gates_section, not_checked_section
from narrows.study.sections.headline import Told, headline
from narrows.study.sections.orders import OrderContext, orders_section
from narrows.study.sections.planner import planner_section
from narrows.study.sections.reached import gangs_not_checked, reached_section
from narrows.study.sections.sensitivities import sensitivities
from narrows.study.sections.worth import worth_section
from narrows.study.sources import Shelf

FloatArray = npt.NDArray[np.float64]

FACTS_AT = "/study/facts"


def limit_figures(facts: Facts) -> dict[str, Figure]:
    """Return the limits of the study that every planned figure depends on."""
    study = facts.study
    limits = {
        "budget": facts.band(study.budget.per_quarter, "budget/per quarter"),
        "cap": facts.band(study.cap.chips_per_quarter, "cap/chips a quarter"),
        "unmet": facts.band(study.risk.unmet_multiple, "unmet multiple"),
        "discount": facts.band(study.risk.discount_per_year, "discount"),
    }
    for site in study.sites:
        for step in site.power:
            name = f"sites/{site.id}/power from {step.start}"
            limits[name] = facts.band(step.power, name)
    for workload in study.workloads:
        given = workload.tokens_per_quarter or workload.tokens_per_s
        if given is not None:
            name = f"workloads/{workload.id}/demand"
            limits[name] = facts.band(given, name)
    return {name: band.central for name, band in limits.items()}


def lay_out_result(answered: Answered, report: Report, executor: Executor) -> Result:
    """Return the document: sections, derivations, sources."""
    facts = answered.facts
    limits = limit_figures(facts)
    inputs = (*limits.values(), *(offer.price_cny for offer in answered.offers))
    rows = {one.id: one.row for one in answered.judged}
    orders = _orders(answered, limits)
    leading = _leading(answered)
    worth = _worth(answered, leading)
    let = _leading_passing(answered, leading)
    sensitive = sensitivities(answered, let=let, inputs=inputs, report=report, executor=executor)
    futures = _futures(answered, inputs)
    left_out = [_left_out(one) for one in answered.left_out]
    reached = reached_section(facts, answered.problem, answered.plan, inputs)
    later = gangs_not_checked(facts, answered.problem)
    unseen = [*left_out, *later, *sensitive.lost, *_after_the_facts(facts)]
    not_checked = not_checked_section(answered.judged, unseen)
    assumptions = assumptions_section(facts)
    lapses = clocks_section(facts, answered.pack)
    booked = booked_section(facts)
    planner = planner_section(answered, inputs)
    told = Told(
        facts=facts, offers=answered.offers, rows=rows, orders=orders, worth=worth,
        futures=futures, sensitive=sensitive, lapses=lapses, assumptions=assumptions,
        not_checked=not_checked, rates=answered.rates, leading=leading,
        reference_domestic=_first_domestic(answered), reached=reached,
        planner=planner,
    )  # fmt: skip
    tree: dict[str, object] = {
        "study": _study_section(
            facts,
            answered.pack,
            None if leading is None else leading.id,
            headline(told),
            assumptions,
        )
        | {"planner": planner},
        "clocks": _clocks(facts, lapses),
        "gates": gates_section(facts, answered.judged, _names(facts)),
        "worth": worth,
        "orders": orders,
        **({} if booked is None else {"booked": booked}),
        **({"reached": reached} if reached else {}),
        "futures": futures,
        "sensitivities": sensitive.section,
        "not_checked": not_checked,
    }
    laid = lay_out(tree, facts_at=FACTS_AT)
    return Result(_document(answered, laid))


def _orders(answered: Answered, limits: Mapping[str, Figure]) -> list[dict[str, object]]:
    judged = {one.id: one for one in answered.judged}
    context = OrderContext(
        answered.facts,
        answered.problem,
        answered.plan,
        answered.offers,
        limits,
        judged,
        planner=Planner.GRAPH if isinstance(answered.graph, ByGraph) else Planner.TREE,
    )
    return orders_section(context)


def _worth(answered: Answered, leading: Offer | None) -> list[dict[str, object]]:
    """Return what each system is worth in the leading import option; nothing without one."""
    if leading is None:
        return []
    return worth_section(answered.facts, answered.offers, answered.rates, reference=leading.id)


def _document(answered: Answered, laid: Layout) -> dict[str, Json]:
    facts = answered.facts
    title = dict(facts.study.title)["en"]
    shelf = Shelf(facts.catalog, answered.pack, facts.study_source, title)
    return with_sources([laid], shelf)


def _leading(answered: Answered) -> Offer | None:
    """Return the first import option that the rules leave a way for."""
    lawful = {one.id for one in answered.judged if one.lawful}
    for offer in answered.offers:
        if offer.option.origin is Origin.IMPORT and offer.id in lawful:
            return offer
    return None


def _leading_passing(answered: Answered, leading: Offer | None) -> Passing | None:
    """Return what each regime lets through for the leading import option."""
    if leading is None or answered.outlook is None:
        return None
    one = next(one for one in answered.judged if one.id == leading.id)
    return passing(answered.outlook.shares, answered.outlook.chain, one.row)


def _first_domestic(answered: Answered) -> str | None:
    domestic = [o.id for o in answered.offers if o.option.origin is Origin.DOMESTIC]
    return domestic[0] if domestic else None


def _futures(answered: Answered, inputs: Sequence[Figure]) -> dict[str, object] | None:
    if answered.outlook is None:
        return None
    section = futures_section(answered.facts, answered.outlook)
    leading = _leading(answered)
    if leading is not None:
        section["capability"] = capability_section(
            answered.problem,
            answered.plan,
            reference=_against(answered, leading),
            inputs=inputs,
        )
        section["capability_unit"] = leading.id
    return section


def _against(answered: Answered, leading: Offer) -> FloatArray:
    """Return the work of each option's chip over the leading one's, in the first workload."""
    work = answered.problem.work.rate[:, 0]
    row = list(answered.problem.axes.systems).index(leading.id)
    relative: FloatArray = work / work[row]
    return relative


def _left_out(one: LeftOut) -> dict[str, object]:
    return {
        "id": f"left_out.{one.option.id}",
        "message": one.message,
        "missing": list(one.missing),
    }


def _after_the_facts(facts: Facts) -> list[dict[str, object]]:
    """Return that the facts end before the study's day, where they do."""
    day = facts.study.as_known_on
    if day <= COMPILED_ON:
        return []
    said = message("study.facts.end", end=COMPILED_ON, day=day)
    return [{"id": "facts.end", "message": said, "missing": []}]


def fact_names(pack: Pack) -> dict[str, Mapping[str, str]]:
    """Return what the rules call the facts that they ask for, in three languages."""
    return {
        fact.id: {
            "en": fact.title.en,
            "zh-Hant": fact.title.zh_hant,
            "zh-Hans": fact.title.zh_hans,
        }
        for fact in pack.facts.values()
    }


def _study_section(
    facts: Facts,
    pack: Pack,
    reference: str | None,
    lines: Sequence[Mapping[str, object]],
    assumptions: Sequence[object],
) -> dict[str, object]:
    study = facts.study
    return {
        "name": study.study,
        "title": study.title,
        "perspective": study.perspective,
        "buyer": {
            "name": study.buyer_name,
            "type": next(p.buyer_type for p in study.parties if p.id == study.end_use.buyer),
        },
        "currency": study.currency,
        "reference": reference,
        "names": {**_names(facts), **fact_names(pack)},
        "headline": list(lines),
        "comparisons": comparisons_section(facts),
        "comparisons_missing": missing_comparisons_section(facts),
        "assumptions": list(assumptions),
        "physics_note": {"id": "study.physics_note", "values": {}},
        "facts": {},
    }


def _names(facts: Facts) -> dict[str, Mapping[str, str]]:
    study = facts.study
    names: dict[str, Mapping[str, str]] = {}
    for group in (study.options, study.rentals, study.workloads, study.sites):
        names |= {one.id: one.name for one in group}
    return names


def _clocks(facts: Facts, lapses: Sequence[object]) -> dict[str, object]:
    study = facts.study
    return {
        "as_known_on": study.as_known_on,
        "in_force_on": study.in_force_on,
        "first_quarter": study.start,
        "posture": study.posture,
        "lapses": list(lapses),
    }
