"""The policy analyst's short answer, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from narrows.core import Figure
from narrows.rules import Pack
from narrows.study.perspectives.draws import FloatArray, mean_of, quantiles
from narrows.study.perspectives.finish import lay_out_tables
from narrows.study.perspectives.policy_draws import Basis, Ceiling, Reached, Supplied
from narrows.study.perspectives.schema import RouteKind
from narrows.study.perspectives.tables import CellKind, cell, dot_chart, row, table
from narrows.study.result import Result
from narrows.study.say import say
from narrows.study.sources import EVENT, FUTURES, PLANNER

Quantiles = Mapping[str, Figure]
Said = dict[str, object]

_UNITS = {
    Basis.UNITS: "chip", Basis.TPP: "TPP", Basis.EQUIVALENTS: "chip", Basis.BANDWIDTH: "chip",
}  # fmt: skip
SHARE_BASES = (Basis.UNITS, Basis.EQUIVALENTS, Basis.BANDWIDTH)
"""Shares by TPP and by equivalents are the same number, so it is told once."""


def lay_out_policy(reached: Reached, pack: Pack) -> Result:
    """Return the policy analyst's result."""
    first = reached.ceilings[0]
    counted = {
        one.route.id: {basis: _counted(one, first, reached, basis) for basis in one.counts}
        for one in reached.supplied
    }
    equivalents = [
        (one.route.id, counted[one.route.id][Basis.EQUIVALENTS])
        for one in reached.supplied
        if Basis.EQUIVALENTS in counted[one.route.id]
    ]
    shares = {basis: _domestic_share(reached, first, basis) for basis in SHARE_BASES}
    totals = {
        ceiling.case.id: _total(reached, ceiling, Basis.EQUIVALENTS) for ceiling in reached.ceilings
    }
    return lay_out_tables(
        reached.facts, pack, reached.study,
        lines=_lines(reached, totals, shares),
        tables=[
            _route_table(reached, counted),
            _case_table(reached, totals),
            _share_table(reached, shares),
        ],
        charts=[
            dot_chart(
                "routes", say("policy.chart.routes", case=first.case.id),
                say("policy.axis.equivalents", reference=reached.study.reference), equivalents,
            ),
            dot_chart(
                "cases", say("policy.chart.cases"),
                say("policy.axis.equivalents", reference=reached.study.reference),
                list(totals.items()),
            ),
        ],
        not_checked=[
            {"id": f"policy.{matter}", "message": say(f"policy.not_checked.{matter}")}
            for matter in ("unlawful", "other_vendors", "retired")
        ],
        names=_names(reached),
    )  # fmt: skip


def _names(reached: Reached) -> dict[str, Mapping[str, str]]:
    study = reached.study
    named: dict[str, Mapping[str, str]] = {one.id: one.name for one in study.routes}
    named[study.reference] = study.reference_name
    return named | {one.id: one.name for one in study.cases}


def units_under(one: Supplied, ceiling: Ceiling, licensed: FloatArray) -> FloatArray:
    """Return a route's units under a ceiling, which all licensed routes share in proportion."""
    if one.route.kind is not RouteKind.LICENSED:
        return one.units
    room = np.minimum(1.0, ceiling.chips / np.maximum(licensed, 1.0))
    kept: FloatArray = one.units * room
    return kept


def _licensed(reached: Reached) -> FloatArray:
    drawn = [one.units for one in reached.supplied if one.route.kind is RouteKind.LICENSED]
    total: FloatArray = np.sum(drawn, axis=0) if drawn else np.zeros(1)
    return total


def _on_basis(one: Supplied, ceiling: Ceiling, reached: Reached, basis: Basis) -> FloatArray:
    """Return a route's compute on a basis; nothing where its chip has no public figure for it."""
    count = one.counts.get(basis)
    units = units_under(one, ceiling, _licensed(reached))
    counted: FloatArray = units * (0.0 if count is None or count.value is None else count.value)
    return counted


def _counted(one: Supplied, ceiling: Ceiling, reached: Reached, basis: Basis) -> Quantiles:
    inputs = (*one.inputs, *ceiling.inputs, one.counts[basis])
    formula = f"units within reach x what a unit counts for by {basis}"
    return quantiles(
        _on_basis(one, ceiling, reached, basis), _UNITS[basis], formula, inputs, _sources([one])
    )


def _sources(supplied: Sequence[Supplied]) -> tuple[str, ...]:
    cites = sorted({f"{EVENT}{cite}" for one in supplied for cite in one.evidence})
    return (FUTURES, *cites)


def _inputs(reached: Reached, ceiling: Ceiling, basis: Basis) -> tuple[Figure, ...]:
    own = [figure for one in reached.supplied for figure in one.inputs]
    counts = [one.counts[basis] for one in reached.supplied if basis in one.counts]
    return (*own, *ceiling.inputs, *counts)


def _total(reached: Reached, ceiling: Ceiling, basis: Basis) -> Quantiles:
    """Return all compute within reach, what stands abroad included."""
    drawn = sum_of(reached, ceiling, basis, tuple(RouteKind))
    return quantiles(
        drawn, _UNITS[basis], f"sum over the routes by {basis}",
        _inputs(reached, ceiling, basis), _sources(reached.supplied),
    )  # fmt: skip


def sum_of(
    reached: Reached, ceiling: Ceiling, basis: Basis, kinds: Sequence[RouteKind]
) -> FloatArray:
    """Return the sum over the routes of some kinds, shape ``(paths,)``."""
    drawn = [
        _on_basis(one, ceiling, reached, basis)
        for one in reached.supplied
        if one.route.kind in kinds
    ]
    total: FloatArray = np.sum(drawn, axis=0) if drawn else np.zeros(1)
    return total


def _domestic_share(reached: Reached, ceiling: Ceiling, basis: Basis) -> Quantiles:
    """Return the domestic share of what stands in the country."""
    domestic = sum_of(reached, ceiling, basis, (RouteKind.DOMESTIC,))
    within = sum_of(reached, ceiling, basis, (RouteKind.DOMESTIC, RouteKind.LICENSED))
    share = domestic / np.maximum(within, 1e-9)
    return quantiles(
        share, "1", f"domestic / all that stands in the country, by {basis}",
        _inputs(reached, ceiling, basis), _sources(reached.supplied),
    )  # fmt: skip


def _route_table(reached: Reached, counted: Mapping[str, Mapping[Basis, Quantiles]]) -> Said:
    rows = [
        row(
            one.route.id,
            [
                cell(CellKind.SAID, say(f"policy.kind.{one.route.kind.value}")),
                *(cell(CellKind.INTERVAL, counted[one.route.id].get(basis)) for basis in Basis),
            ],
        )
        for one in reached.supplied
    ]
    reference = reached.study.reference
    columns = [
        say("policy.column.kind"),
        *(say(f"policy.column.{basis.value}", reference=reference) for basis in Basis),
    ]
    return table(
        "routes", say("policy.table.routes", case=reached.ceilings[0].case.id), columns, rows,
        say("policy.note.routes"),
    )  # fmt: skip


def _case_table(reached: Reached, totals: Mapping[str, Quantiles]) -> Said:
    rows = []
    base = totals[reached.ceilings[0].case.id]["p50"]
    for ceiling in reached.ceilings:
        case = ceiling.case.id
        licensed = sum_of(reached, ceiling, Basis.UNITS, (RouteKind.LICENSED,))
        within = quantiles(
            licensed, "chip", "least of licensed units and the ceiling",
            _inputs(reached, ceiling, Basis.UNITS), _sources(reached.supplied),
        )  # fmt: skip
        rows.append(
            row(
                case,
                [
                    cell(CellKind.INTERVAL, within),
                    cell(CellKind.INTERVAL, totals[case]),
                    cell(CellKind.PERCENT, _change(totals[case]["p50"], base)),
                    cell(CellKind.PERCENT, _binds(reached, ceiling)),
                ],
            )
        )
    columns = [
        say("policy.column.licensed"),
        say("policy.column.total", reference=reached.study.reference),
        say("policy.column.change"),
        say("policy.column.binds"),
    ]
    return table("cases", say("policy.table.cases"), columns, rows, say("policy.note.cases"))


def _change(figure: Figure, base: Figure) -> Figure:
    value = None if figure.value is None or not base.value else figure.value / base.value - 1.0
    return Figure(value, "1", "median / median of the first case - 1", (figure, base))


def _binds(reached: Reached, ceiling: Ceiling) -> Figure:
    bound = (_licensed(reached) > ceiling.chips).astype(np.float64)
    inputs = (*ceiling.inputs, *(f for one in reached.supplied for f in one.inputs))
    return mean_of(
        bound, "1", "paths on which the ceiling holds licensed units", inputs, (PLANNER,)
    )


def _share_table(reached: Reached, shares: Mapping[Basis, Quantiles]) -> Said:
    rows = [
        row(
            say(f"policy.column.{basis.value}", reference=reached.study.reference),
            [cell(CellKind.PERCENT_INTERVAL, share)],
        )
        for basis, share in shares.items()
    ]
    return table(
        "shares", say("policy.table.shares"), [say("policy.column.share")], rows,
        say("policy.note.shares"),
    )  # fmt: skip


def _lines(
    reached: Reached, totals: Mapping[str, Quantiles], shares: Mapping[Basis, Quantiles]
) -> list[tuple[str, list[Said]]]:
    first = reached.ceilings[0].case.id
    kept = {**_band(totals[first])}
    cases = [
        say("policy.answer.case", case=case, change=_change(band["p50"], totals[first]["p50"]))
        for case, band in totals.items()
        if case != first
    ]
    told = [
        say("policy.answer.share", basis=say(f"policy.basis.{basis.value}"), **_band(share))
        for basis, share in shares.items()
    ]
    return [
        (
            "ANSWER",
            [
                say(
                    "policy.answer.total", reference=reached.study.reference, case=first,
                    start=reached.study.start, quarters=_quarters(reached), **kept,
                ),
            ],
        ),
        ("CAP", [say("policy.answer.cases", case=first, cases=cases)]),
        ("BASIS", [say("policy.answer.shares", shares=told)]),
    ]  # fmt: skip


def _quarters(reached: Reached) -> Figure:
    return Figure(
        reached.study.quarters, "quarter", "stated in the study",
        sources=(reached.facts.study_source,),
    )  # fmt: skip


def _band(band: Quantiles) -> dict[str, object]:
    return {"middle": band["p50"], "low": band["p05"], "high": band["p95"]}
