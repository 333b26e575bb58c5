"""What one system is worth in another: dots with intervals, one row a pair and workload."""

from __future__ import annotations

from narrows.brief import figures
from narrows.brief.charts import DotChart, DotRow, draw_dots
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, panel
from narrows.brief.speaker import Speaker, quantiles_of

ROWS_MAX = 24
"""More rows than this are a table, not a chart; the rest stays in ``worth.csv``."""


def worth_chart(speaker: Speaker) -> Panel | None:
    """Return the chart of ratios, or ``None`` where the result compares nothing."""
    found = [node for node in speaker.root.at("worth").items if quantiles_of(node.at("ratio"))]
    if not found:
        return None
    found = found[:ROWS_MAX]
    first = found[0]
    title = speaker.t(
        "brief.worth.title",
        system=speaker.name(first.at("system")),
        against=speaker.name(first.at("against")),
        workload=first.at("workload").text,
        ratio=speaker.interval(first.at("ratio")),
    )
    chart = DotChart(
        title=title,
        axis=_axis(found, speaker),
        language=speaker.language.value,
        rows=tuple(_row(node, speaker) for node in found),
        write=lambda value: figures.number(value, speaker.language),
        line_at=1.0,
        line_label=speaker.t("brief.worth.parity"),
    )
    return panel(
        title,
        speaker.t("brief.worth.subtitle", date=speaker.root.at("clocks", "as_known_on").value),
        lambda sheet: draw_dots(chart, sheet),
        backing=speaker.backing("/worth"),
        rows=tuple(_panel_row(node, speaker) for node in found),
    )


def _axis(found: list[Node], speaker: Speaker) -> str:
    """Name what stands for one, where it is the same in all rows."""
    against = sorted({speaker.name(node.at("against")) for node in found})
    if len(against) == 1:
        return speaker.t("brief.worth.axis", against=against[0])
    return speaker.t("brief.worth.axis_mixed")


def _name(node: Node, speaker: Speaker) -> str:
    system = speaker.name(node.at("system"))
    return f"{system} · {speaker.term(node.at('workload').text or '')}"


def _row(node: Node, speaker: Speaker) -> DotRow:
    p05, p50, p95 = quantiles_of(node.at("ratio")) or (0.0, 0.0, 0.0)
    written = speaker.interval(node.at("ratio"))
    return DotRow(_name(node, speaker), p05, p50, p95, written)


def _panel_row(node: Node, speaker: Speaker) -> PanelRow:
    name = f"{_name(node, speaker)} / {speaker.name(node.at('against'))}"
    return PanelRow(name, speaker.interval(node.at("ratio")), node.at("ratio", "p50").pointer)
