"""The seller's short answer, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from narrows.core import Figure
from narrows.rules import Pack
from narrows.study.bridge.calendar import quarters_from
from narrows.study.perspectives.draws import FloatArray, mean_of, quantiles
from narrows.study.perspectives.finish import lay_out_tables
from narrows.study.perspectives.seller_draws import Sold
from narrows.study.perspectives.seller_model import Shipments, share_out
from narrows.study.perspectives.tables import CellKind, cell, fan_chart, row, table
from narrows.study.result import Result
from narrows.study.say import say
from narrows.study.sources import EVENT, FUTURES

YEAR = 4
"""Quarters whose revenue is told first: a filing year."""

Quantiles = Mapping[str, Figure]
Said = dict[str, object]


def lay_out_seller(sold: Sold, pack: Pack) -> Result:
    """Return the seller's result."""
    quarters = quarters_from(sold.study.start, sold.study.quarters)
    told = _Told(sold)
    by_quarter = {
        name: {
            quarter: told.flow(name, getattr(sold.expected, name)[:, index], formula)
            for index, quarter in enumerate(quarters)
        }
        for name, formula in _FLOWS.items()
    }
    revenue = {name: told.revenue(ships) for name, ships in sold.by_regime.items()}
    tables = [
        _headroom_table(by_quarter),
        _allocation_table(sold, told),
        _regime_table(sold, told, revenue),
        _stock_table(sold, told),
    ]
    regimes = _regimes(sold, quarters)
    charts = [
        fan_chart(
            "shipped", say("seller.chart.shipped", quarters=len_figure(sold)), _axis(),
            by_quarter["shipped"],
            (
                say("seller.chart.headroom"),
                [by_quarter["headroom"][quarter]["p50"] for quarter in quarters],
            ),
            regimes,
        ),
        fan_chart(
            "left", say("seller.chart.left"), _axis(), by_quarter["left"], regimes=regimes
        ),
    ]  # fmt: skip
    return lay_out_tables(
        sold.facts, pack, sold.study,
        lines=_lines(sold, told, by_quarter, quarters),
        tables=tables, charts=charts,
        not_checked=[
            {"id": f"seller.{matter}", "message": say(f"seller.not_checked.{matter}")}
            for matter in ("returns", "resale", "exporters")
        ],
        names={one.id: one.name for one in sold.study.customers},
    )  # fmt: skip


_FLOWS = {
    "headroom": "ratio of the cap x sales in the United States so far",
    "shipped": "least of what passes the gates, the headroom, and stock not needed at home",
    "left": "stock + production - all sales",
}


def _regimes(sold: Sold, quarters: tuple[str, ...]) -> list[dict[str, object]]:
    """Return how likely each regime is in each quarter."""
    chances = sold.chain.p_regime(quarters=len(quarters) - 1)
    sources = _chain_sources(sold)
    return [
        {
            "quarter": quarter,
            "shares": {
                name: Figure(
                    float(chance), "1", f"mean chance of the regime in {quarter}", sources=sources
                )
                for name, chance in zip(sold.chain.names, each, strict=True)
            },
        }
        for quarter, each in zip(quarters, chances, strict=True)
    ]


def _chain_sources(sold: Sold) -> tuple[str, ...]:
    return (FUTURES, *(f"{EVENT}{cite}" for cite in sold.chain.evidence))


def len_figure(sold: Sold) -> Figure:
    """Return the number of quarters asked about."""
    return Figure(
        sold.study.quarters, "quarter", "stated in the study", sources=(sold.facts.study_source,)
    )


class _Told:
    """Turns draws into figures that name what they were drawn from."""

    def __init__(self, sold: Sold) -> None:
        self.sold = sold
        events = (f"{EVENT}{cite}" for cite in sold.passed.evidence)
        self.sources = (FUTURES, *events)

    @property
    def base(self) -> tuple[Figure, ...]:
        """The figures that the headroom depends on: the cap's ratio and sales at home."""
        bands = self.sold.bands
        sales = (bands["us_sales_per_quarter"], bands["us_decline_per_quarter"])
        return (self.sold.ratio, *(band.central for band in sales))

    def flow(self, name: str, drawn: FloatArray, formula: str) -> Quantiles:
        """Return a flow's quantiles; the headroom does not depend on the gates."""
        if name == "headroom":
            return quantiles(drawn, "chip", formula, self.base)
        return self.chips(drawn, formula)

    def chips(self, drawn: FloatArray, formula: str) -> Quantiles:
        return quantiles(drawn, "chip", formula, self.sold.inputs, self.sources)

    def revenue(self, ships: Shipments) -> FloatArray:
        """Return revenue of the first year after the seller's part of the duty."""
        last = min(YEAR, ships.shipped.shape[1]) - 1
        duty, borne = self.sold.duty.value, self.sold.bands["duty_borne"].value
        net = 1.0 - (0.0 if duty is None else float(duty)) * borne
        revenue: FloatArray = ships.shipped[:, last] * self.sold.price * net
        return revenue

    def usd(self, drawn: FloatArray, formula: str) -> Quantiles:
        inputs = (*self.sold.inputs, self.sold.duty)
        return quantiles(drawn, "USD", formula, inputs, self.sources)


def _axis() -> Said:
    return say("seller.axis.chips")


def _headroom_table(by_quarter: Mapping[str, Mapping[str, Quantiles]]) -> Said:
    rows = [
        row(quarter, [cell(CellKind.INTERVAL, by_quarter[name][quarter]) for name in _FLOWS])
        for quarter in by_quarter["headroom"]
    ]
    columns = [say(f"seller.column.{name}") for name in _FLOWS]
    return table(
        "headroom", say("seller.table.headroom"), columns, rows, say("seller.note.headroom")
    )


def _allocation_table(sold: Sold, told: _Told) -> Said:
    """Return the first year's headroom shared over customers in proportion to what they want."""
    year = min(YEAR, sold.study.quarters) - 1
    wants = np.array([band.value for band in sold.wants.values()])
    ceiling = np.inf if sold.customer_cap is None else sold.customer_cap.value
    parts = np.array(
        [
            share_out(float(total), wants, ceiling)
            for total in sold.expected.headroom[::PATH_STEP, year]
        ]
    )
    rows = []
    for index, customer in enumerate(sold.study.customers):
        band = sold.wants[customer.id]
        inputs = (*told.base, sold.wanted, band.central)
        formula = "the customer's part of the first year's headroom"
        part = quantiles(parts[:, index], "chip", formula, inputs)
        # Who wants nothing is not covered by any share.
        covered = (
            quantiles(parts[:, index] / wants[index], "1", f"{formula} / its wants", inputs)
            if wants[index] > 0.0
            else None
        )
        rows.append(
            row(
                customer.id,
                [
                    cell(CellKind.COUNT, band.central),
                    cell(CellKind.INTERVAL, part),
                    cell(CellKind.PERCENT_INTERVAL, covered),
                ],
            )
        )
    columns = [say(f"seller.column.{name}") for name in ("wants", "part", "covered")]
    return table(
        "allocation", say("seller.table.allocation"), columns, rows, say("seller.note.allocation")
    )


PATH_STEP = 10
"""Sharing out is done one path at a time; every tenth path holds the quantiles to one percent."""


def _regime_table(sold: Sold, told: _Told, revenue: Mapping[str, FloatArray]) -> Said:
    """Return each regime's chance at the year's end and revenue were it to hold all year."""
    year = min(YEAR, sold.study.quarters)
    chances = sold.chain.p_regime(quarters=year)[year]
    sources = _chain_sources(sold)
    rows = [
        row(
            name,
            [
                cell(
                    CellKind.PERCENT,
                    Figure(float(chance), "1", "mean chance a year on", sources=sources),
                ),
                cell(CellKind.USD_INTERVAL, told.usd(revenue[name], _REVENUE)),
            ],
        )
        for name, chance in zip(sold.chain.names, chances, strict=True)
    ]
    rows.append(
        row(
            say("seller.row.expected"),
            [
                cell(CellKind.SAID, say("seller.cell.any")),
                cell(CellKind.USD_INTERVAL, told.usd(told.revenue(sold.expected), _REVENUE)),
            ],
        )
    )
    columns = [say(f"seller.column.{name}") for name in ("chance", "revenue")]
    return table("revenue", say("seller.table.revenue"), columns, rows, say("seller.note.revenue"))


_REVENUE = "shipped in the first year x price x (1 - duty x part borne by the seller)"


def _stock_table(sold: Sold, told: _Told) -> Said:
    """Return what is left at the end, in chips and at cost, and the mean."""
    left = sold.expected.left[:, -1]
    cost = sold.bands["unit_cost"]
    money = left * cost.value
    inputs = (*sold.inputs, cost.central)
    cells = [
        cell(CellKind.INTERVAL, told.chips(left, _FLOWS["left"])),
        cell(CellKind.USD_INTERVAL, quantiles(money, "USD", "chips left x cost", inputs)),
        cell(CellKind.COUNT, mean_of(left, "chip", _FLOWS["left"], sold.inputs, told.sources)),
    ]
    columns = [say(f"seller.column.{name}") for name in ("left", "at_cost", "mean")]
    return table(
        "stock", say("seller.table.stock"), columns, [row(say("seller.row.end"), cells)],
        say("seller.note.stock"),
    )  # fmt: skip


def _lines(
    sold: Sold,
    told: _Told,
    by_quarter: Mapping[str, Mapping[str, Quantiles]],
    quarters: tuple[str, ...],
) -> list[tuple[str, list[Said]]]:
    last = quarters[min(YEAR, len(quarters)) - 1]
    headroom, shipped = by_quarter["headroom"][last], by_quarter["shipped"][last]
    left = by_quarter["left"][quarters[-1]]
    money = told.usd(told.revenue(sold.expected), _REVENUE)
    best = max(sold.by_regime, key=lambda name: told.revenue(sold.by_regime[name]).mean())
    most = told.usd(told.revenue(sold.by_regime[best]), _REVENUE)
    return [
        (
            "ANSWER",
            [
                say("seller.answer.headroom", by=last, ratio=sold.ratio, **_band(headroom)),
                say("seller.answer.shipped", wanted=sold.wanted, **_band(shipped)),
            ],
        ),
        ("REVENUE", [say("seller.answer.revenue", best=best, most=most["p50"], **_band(money))]),
        ("STOCK", [say("seller.answer.left", by=quarters[-1], **_band(left))]),
        ("BINDS", _binding(sold, min(YEAR, len(quarters)) - 1, told)),
    ]


def _band(band: Quantiles) -> dict[str, object]:
    return {"middle": band["p50"], "low": band["p05"], "high": band["p95"]}


def _binding(sold: Sold, quarter: int, told: _Told) -> list[Said]:
    """Return on what share of the paths each bound holds shipments a year on."""
    shipped = sold.expected.shipped[:, quarter]
    bounds = {
        "gates": sold.passed.paths[:, quarter],
        "cap": sold.expected.headroom[:, quarter],
        "stock": sold.expected.spare[:, quarter],
    }
    shares = {
        name: Figure(
            float(np.mean(bound <= shipped * (1 + 1e-9))), "1",
            f"share of the paths on which the {name} bound is the least",
            sold.inputs, told.sources,
        )
        for name, bound in bounds.items()
    }  # fmt: skip
    return [say("seller.answer.binds", **shares)]
