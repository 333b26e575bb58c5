"""The tornado: which uncertain input matters most to the cost, and what it does to the order."""

from __future__ import annotations

from narrows.brief import figures
from narrows.brief.charts.tornado import Bar, TornadoChart, draw_tornado
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, known_on, panel
from narrows.brief.speaker import Speaker

BARS_SHOWN = 12
"""Below the first dozen a bar is a hair; the figures list them all."""


def tornado_chart(speaker: Speaker) -> Panel | None:
    """Return the inputs in order of what they do alone; ``None`` where none was moved."""
    found = speaker.root.at("sensitivities", "tornado")
    nodes = found.at("inputs").items
    bars = tuple(bar for node in nodes if (bar := _bar(node, speaker)) is not None)
    if not bars:
        return None
    first = bars[0]
    title = speaker.t(
        "insight.tornado.title", input=_upper(first.name), range=[first.low, first.high]
    )
    chart = TornadoChart(
        title=title,
        axis=speaker.t("brief.cost.axis"),
        key=speaker.t("insight.tornado.key"),
        language=speaker.language.value,
        bars=bars[:BARS_SHOWN],
        write=lambda value: figures.tick_change(value, speaker.language),
    )
    return panel(
        title,
        speaker.t("insight.tornado.subtitle", date=known_on(speaker).value),
        lambda sheet: draw_tornado(chart, sheet),
        backing=speaker.backing("/sensitivities/tornado"),
        rows=tuple(_row(node, found.at("option"), speaker) for node in nodes),
    )


def _bar(node: Node, speaker: Speaker) -> Bar | None:
    low, high = node.at("p05", "change").number, node.at("p95", "change").number
    if low is None or high is None:
        return None
    return Bar(_name(node, speaker), low, high)


def _name(node: Node, speaker: Speaker) -> str:
    return speaker.t(f"insight.input.{node.at('input').text}")


def _upper(name: str) -> str:
    """Begin a sentence; Chinese has no upper case and stays."""
    return name[:1].upper() + name[1:]


def _row(node: Node, option: Node, speaker: Speaker) -> PanelRow:
    low, high = node.at("p05"), node.at("p95")
    changes = {"low": low.at("change").value, "high": high.at("change").value}
    pointer = low.at("change").pointer
    few, many = low.at("chips").number, high.at("chips").number
    if option.text is None or few is None or many is None:
        cost_alone = speaker.t("insight.tornado.row_cost", **changes)
        return PanelRow(_name(node, speaker), cost_alone, pointer)
    said = speaker.t("insight.tornado.row", **changes, option=option.text, few=few, many=many)
    return PanelRow(_name(node, speaker), said, pointer)
