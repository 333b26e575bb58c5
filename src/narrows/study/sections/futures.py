"""What may happen: gates by quarter, arrivals of an order, regimes, and the compute then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from narrows.core import Figure
from narrows.planning import Plan, Problem
from narrows.study.bridge.calendar import quarters_from
from narrows.study.bridge.outlook import ARRIVAL_ORDER_CHIPS, Outlook, p_not_shut
from narrows.study.facts import Facts
from narrows.study.sources import FUTURES, PLANNER

FloatArray = npt.NDArray[np.float64]

FAN = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


def futures_section(facts: Facts, outlook: Outlook) -> dict[str, object]:
    """Return gates, regimes and arrivals of the leading import line."""
    quarters = quarters_from(facts.study.start, facts.study.quarters)
    return {
        "quarters": list(quarters),
        "line": outlook.line,
        "gates": {outlook.line: _gates(outlook, quarters)},
        "regimes": _regimes(outlook, quarters),
        "arrivals": {
            "ordered": _stated(facts, float(ARRIVAL_ORDER_CHIPS)),
            "by": [
                {"quarter": quarter, **_arrived(outlook, place)}
                for place, quarter in enumerate(quarters)
            ],
        },
    }


def _stated(facts: Facts, chips: float) -> Figure:
    return Figure(chips, "chip", "an order of this size", sources=(facts.study_source,))


def evidence_of(outlook: Outlook) -> tuple[str, ...]:
    """Return the ids of the sources behind the chains: the computation first, then the events."""
    return (FUTURES, *(f"event:{event}" for event in outlook.chain.evidence))


def _gates(outlook: Outlook, quarters: Sequence[str]) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    for gate, odds in outlook.odds.items():
        bands = p_not_shut(odds)
        sources = (FUTURES, *(f"event:{event}" for event in odds.evidence))
        for place, quarter in enumerate(quarters):
            p_open = {
                key: Figure(
                    float(np.clip(band[place + 1], 0.0, 1.0)),
                    "1",
                    f"{key} of the chance that the gate is not shut at the end of {quarter}",
                    sources=sources,
                )
                for key, band in bands.items()
            }
            entries.append({"quarter": quarter, "gate": gate, "p_open": p_open})
    return entries


def _regimes(outlook: Outlook, quarters: Sequence[str]) -> list[dict[str, object]]:
    chances = outlook.chain.p_regime(quarters=len(quarters) - 1)
    sources = evidence_of(outlook)
    return [
        {
            "quarter": quarter,
            "shares": {
                name: Figure(
                    float(chance), "1", f"mean chance of the regime in {quarter}", sources=sources
                )
                for name, chance in zip(outlook.chain.names, row, strict=True)
            },
        }
        for quarter, row in zip(quarters, chances, strict=True)
    ]


def _arrived(outlook: Outlook, place: int) -> dict[str, object]:
    sources = (FUTURES, *(f"event:{event}" for event in outlook.arrivals.evidence))
    quantiles = np.quantile(outlook.arrivals.paths[:, place], list(FAN.values()))
    return {
        key: Figure(
            float(value), "chip", f"{key} of the chips through all seven gates", sources=sources
        )
        for key, value in zip(FAN, quantiles, strict=True)
    }


def capability(problem: Problem, plan: Plan, *, reference: FloatArray) -> FloatArray:
    """Return the fleet in reference chips at each node, shape ``(N,)``.

    Parameters
    ----------
    reference
        Shape ``(K,)``; work of a chip over work of the reference chip.
    """
    chips = plan.fleet.sum(axis=2)
    healthy: FloatArray = chips @ (reference * problem.fleet.availability)
    return healthy


def fan(problem: Problem, values: FloatArray) -> list[dict[str, float]]:
    """Return the quantiles over the tree by quarter, weighted by probability."""
    tree = problem.tree
    rows = []
    for stage in range(tree.n_stages):
        nodes = tree.at_stage(stage)
        rows.append(
            {
                key: _weighted_quantile(values[nodes], tree.probability[nodes], share)
                for key, share in FAN.items()
            }
        )
    return rows


def _weighted_quantile(values: FloatArray, weights: FloatArray, share: float) -> float:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    place = int(np.searchsorted(reached, share * reached[-1] - 1e-12))
    return float(values[order][min(place, len(values) - 1)])


def capability_section(
    problem: Problem, plan: Plan, *, reference: FloatArray, inputs: Sequence[Figure]
) -> list[dict[str, object]]:
    """Return the fan of capability by quarter, in reference chips."""
    rows = fan(problem, capability(problem, plan, reference=reference))
    return [
        {
            "quarter": quarter,
            **{
                key: Figure(
                    value,
                    "chip",
                    f"{key} over the tree of chips installed x work against the reference",
                    tuple(inputs),
                    (PLANNER,),
                )
                for key, value in row.items()
            },
        }
        for quarter, row in zip(problem.axes.quarters, rows, strict=True)
    ]
