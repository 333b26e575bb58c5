"""What a month costs, and the table of prices of a little more of each rule."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.brief import figures
from narrows.brief.charts import Curve, CurveChart, draw_curves
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, known_on, panel
from narrows.brief.speaker import Speaker


def delay_chart(speaker: Speaker) -> Panel | None:
    """Return cost against months of delay, a curve for each origin; ``None`` where not solved."""
    nodes = speaker.root.at("sensitivities", "delay").items
    lines: dict[str, list[tuple[float, float]]] = {}
    for node in nodes:
        months, change = node.at("months").number, node.at("change").number
        if months is not None and change is not None:
            lines.setdefault(node.at("origin").text or "", []).append((months, change))
    if not lines or all(len(line) < 2 for line in lines.values()):
        return None
    longest = max(months for line in lines.values() for months, _ in line)
    at_longest = [change for line in lines.values() for months, change in line if months == longest]
    title = speaker.t(
        "insight.delay.title", months=longest, range=[min(at_longest), max(at_longest)]
    )
    chart = CurveChart(
        title=title,
        x_axis=speaker.t("insight.delay.axis"),
        y_axis=speaker.t("brief.cost.axis"),
        language=speaker.language.value,
        curves=tuple(Curve(speaker.term(origin), tuple(sorted(line)))
                     for origin, line in lines.items()),
        write_x=lambda value: figures.number(value, speaker.language),
        write_y=lambda value: figures.tick_change(value, speaker.language),
    )  # fmt: skip
    return panel(
        title,
        speaker.t("insight.delay.subtitle", date=known_on(speaker).value),
        lambda sheet: draw_curves(chart, sheet),
        backing=speaker.backing("/sensitivities/delay"),
        rows=tuple(_delay_row(node, speaker) for node in nodes),
    )


def _delay_row(node: Node, speaker: Speaker) -> PanelRow:
    months = speaker.t("insight.months", months=node.at("months").value)
    name = f"{speaker.term(node.at('origin').text or '')}, {months}"
    if node.at("change").number is None:
        return PanelRow(name, speaker.t("brief.cost.no_plan"), node.at("cost_cny").pointer)
    return PanelRow(name, speaker.change(node.at("change")), node.at("change").pointer)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as written, and where it is derived."""

    written: str
    pointer: str


@dataclass(frozen=True, slots=True)
class MarginRow:
    """One rule: its name, where it stands, a step, and the three prices of that step."""

    rule: str
    at: Cell
    step: Cell
    prices: tuple[Cell, ...]


def margin_rows(speaker: Speaker) -> tuple[MarginRow, ...]:
    """Return the table of prices; empty where nothing was priced."""
    return tuple(
        MarginRow(
            rule=speaker.t(f"insight.rule.{node.at('rule').text}"),
            at=_amount(node.at("at"), speaker),
            step=_step(node.at("step"), speaker),
            prices=tuple(
                Cell(speaker.money(node.at(key), "CNY"), node.at(key).pointer)
                if node.at(key).present
                else Cell("–", node.at(key).pointer)
                for key in ("less_cny", "dual_cny", "more_cny")
            ),
        )
        for node in speaker.root.at("sensitivities", "margins").items
    )


def _step(node: Node, speaker: Speaker) -> Cell:
    """Return how far one step is; of a share it is told in points, which are no shares of it."""
    if node.number is None or speaker.unit_of(node):
        return _amount(node, speaker)
    return Cell(speaker.t("insight.points", points=100.0 * node.number), node.pointer)


def _amount(node: Node, speaker: Speaker) -> Cell:
    unit = speaker.unit_of(node)
    if not unit:
        return Cell(speaker.percent(node), node.pointer)
    return Cell(f"{speaker.number(node)} {unit}", node.pointer)
