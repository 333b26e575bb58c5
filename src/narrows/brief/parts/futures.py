"""What may come: capability against the need, and what arrives of what is ordered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from narrows.brief import figures
from narrows.brief.charts import FanChart, FanPoint, Regime, draw_fan
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, known_on, panel
from narrows.brief.speaker import Speaker, quantiles_of
from narrows.core import GateState, Json

TINTS_MAX = 3
"""The style sheet has so many tints of one colour beside the full one."""


def capability_chart(speaker: Speaker) -> Panel | None:
    """Return the fan of capability with its need and regimes; ``None`` where it is missing."""
    futures_node = speaker.root.at("futures")
    found = [node for node in futures_node.at("capability").items if quantiles_of(node)]
    if not found:
        return None
    targets = _targets(futures_node, [node.at("quarter").text for node in found])
    points = tuple(_point(node, need) for node, need in zip(found, targets, strict=True))
    unit = _unit(futures_node, found[0], speaker)
    title = _capability_title(points, unit, speaker)
    chart = FanChart(
        title=title,
        axis=unit or speaker.t("brief.capability.axis"),
        median_label=speaker.t("brief.fan.median"),
        band_label=speaker.t("brief.fan.band"),
        target_label=speaker.t("brief.fan.need"),
        language=speaker.language.value,
        points=points,
        write=lambda value: figures.number(value, speaker.language),
        regimes=regimes_of(
            futures_node.at("regimes"), [point.quarter for point in points], speaker
        ),
    )
    return panel(
        title,
        speaker.t("brief.capability.subtitle", unit=unit, date=known_on(speaker).value),
        lambda sheet: draw_fan(chart, sheet),
        backing=speaker.backing("/futures/capability", "/futures/target", "/futures/regimes"),
        rows=_panel_rows(found, speaker, unit),
    )


def arrivals_chart(speaker: Speaker) -> Panel | None:
    """Return the fan of arrivals of an order; ``None`` where it is missing."""
    arrivals = speaker.root.at("futures", "arrivals")
    found = [node for node in arrivals.at("by").items if quantiles_of(node)]
    ordered = arrivals.at("ordered")
    if not found or ordered.number is None:
        return None
    last = found[-1]
    title = speaker.t(
        "brief.arrivals.title",
        ordered=ordered.value,
        arrived=last.at("p50").value,
        low=last.at("p05").value,
        high=last.at("p95").value,
        by=last.at("quarter").text,
    )
    chart = FanChart(
        title=title,
        axis=speaker.t("brief.arrivals.axis"),
        median_label=speaker.t("brief.fan.median"),
        band_label=speaker.t("brief.fan.band"),
        target_label=speaker.t("brief.arrivals.ordered"),
        language=speaker.language.value,
        points=tuple(_point(node, ordered.number) for node in found),
        write=lambda value: figures.count(value, speaker.language),
        regimes=regimes_of(
            speaker.root.at("futures", "regimes"),
            [node.at("quarter").text or "" for node in found],
            speaker,
        ),
    )
    return panel(
        title,
        speaker.t("brief.arrivals.subtitle", date=known_on(speaker).value),
        lambda sheet: draw_fan(chart, sheet),
        backing=speaker.backing("/futures/arrivals", "/futures/regimes"),
        rows=_panel_rows(found, speaker, speaker.t("brief.arrivals.axis")),
    )


def _unit(futures_node: Node, first: Node, speaker: Speaker) -> str:
    """Return the unit of capability: that of its figures, or equivalents of a system."""
    reference = futures_node.at("capability_unit").text
    if reference is None:
        return speaker.unit_of(first.at("p50"))
    return speaker.t("brief.capability.equivalents", system=speaker.wording.name(reference))


def _point(node: Node, target: float | None) -> FanPoint:
    p05, p50, p95 = quantiles_of(node) or (0.0, 0.0, 0.0)
    return FanPoint(
        node.at("quarter").text or "",
        p05,
        p50,
        p95,
        p25=node.at("p25").number,
        p75=node.at("p75").number,
        target=target,
        happened=node.at("happened").number,
    )


def _targets(futures_node: Node, quarters: list[str | None]) -> list[float | None]:
    """Return the need of each quarter: a list of numbers, or of ``{quarter, value}``."""
    by_quarter: dict[str | None, float | None] = {}
    for index, node in enumerate(futures_node.at("target").items):
        if node.number is not None:
            quarter = futures_node.at("quarters", index).text
            by_quarter[quarter or (quarters[index] if index < len(quarters) else None)] = (
                node.number
            )
        elif node.entries:
            by_quarter[node.at("quarter").text] = node.at("value").number
    return [by_quarter.get(quarter) for quarter in quarters]


def _capability_title(points: tuple[FanPoint, ...], unit: str, speaker: Speaker) -> str:
    held = [point for point in points if point.target is not None]
    short = [p.quarter for p in held if p.target is not None and p.p50 < p.target]
    values: dict[str, Json] = {"short": len(short), "quarters": len(held)}
    if not held:
        last = points[-1]
        written = figures.interval(last.p05, last.p50, last.p95, speaker.language)
        return speaker.t("brief.capability.title", level=written, unit=unit, by=last.quarter)
    if not short:
        return speaker.t("brief.capability.title_met")
    if short == [point.quarter for point in held][-len(short) :] and len(short) < len(held):
        return speaker.t("brief.capability.title_from", quarter=short[0])
    return speaker.t("brief.capability.title_short", **values)


def regimes_of(node: Node, quarters: list[str], speaker: Speaker) -> tuple[Regime, ...]:
    """Return the regimes of a list of ``{quarter, shares}``; none where a quarter is missing."""
    by_quarter = {one.at("quarter").text: dict(one.at("shares").entries) for one in node.items}
    if not all(quarter in by_quarter for quarter in quarters):
        return ()
    return regime_bars([by_quarter[quarter] for quarter in quarters], speaker)


def regime_bars(bars: Sequence[Mapping[str, Node]], speaker: Speaker) -> tuple[Regime, ...]:
    """Return the regimes of a strip from the shares of each of its bars."""
    ids = list(dict.fromkeys(regime for shares in bars for regime in shares))
    styles = _regime_styles(ids)
    return tuple(
        Regime(
            speaker.wording.name(regime),
            tuple(_share(shares.get(regime)) for shares in bars),
            styles[regime],
        )
        for regime in ids
    )


def _regime_styles(ids: list[str]) -> dict[str, str]:
    """Return colours: a regime is named by gate states, and the last one named gives its colour.

    Regimes of one state differ by their tint as well as by their letter.
    """
    styles: dict[str, str] = {}
    for regime in ids:
        state = next((s.value for s in GateState if regime.endswith(s.value)), "other")
        tint = sum(style.startswith(state) for style in styles.values())
        styles[regime] = f"{state} tint{min(tint, TINTS_MAX)}"
    return styles


def _share(node: Node | None) -> float:
    """Return a regime's share; one that a quarter does not list has no part of it."""
    return 0.0 if node is None or node.number is None else node.number


def _panel_rows(found: list[Node], speaker: Speaker, unit: str) -> tuple[PanelRow, ...]:
    return tuple(
        PanelRow(
            speaker.day(node.at("quarter")),
            f"{speaker.interval(node)} {unit}".rstrip(),
            node.at("p50").pointer,
        )
        for node in found
    )
