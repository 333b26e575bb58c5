"""What one system is worth in another: dots with intervals, one row a pair and workload."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.brief import figures
from narrows.brief.charts import DotChart, DotRow, draw_dots
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, known_on, panel
from narrows.brief.speaker import Speaker, quantiles_of
from narrows.core import Obtained

ROWS_MAX = 24
"""More rows than this are a table, not a chart; the rest stays in ``worth.csv``."""
_RANK = list(Obtained)
_TOLD = "study.worth"


@dataclass(frozen=True, slots=True)
class _Told:
    """How a comparison is put into words, by which side of the ratio is named."""

    title: str
    axis: str


def worth_chart(speaker: Speaker) -> Panel | None:
    """Return the chart of ratios, or ``None`` where the result compares nothing.

    A ratio says how many of ``against`` do the work of one ``system``. Where a study compares all
    with one ``reference`` instead, it says how many of ``system`` do the work of one reference.
    """
    found = [node for node in speaker.root.at("worth").items if _compares(node, speaker)]
    if not found:
        return None
    found = found[:ROWS_MAX]
    told = _told(found, speaker)
    chart = DotChart(
        title=told.title,
        axis=told.axis,
        language=speaker.language.value,
        rows=tuple(_row(node, speaker) for node in found),
        write=lambda value: figures.number(value, speaker.language),
        line_at=1.0,
        line_label=speaker.t("brief.worth.parity"),
    )
    return panel(
        told.title,
        speaker.t("brief.worth.subtitle", date=known_on(speaker).value),
        lambda sheet: draw_dots(chart, sheet),
        backing=speaker.backing("/worth"),
        rows=tuple(_panel_row(node, speaker) for node in found),
        how=_weakest([node.at("ratio", "how").text for node in found]),
    )


def _reference(speaker: Speaker) -> Node:
    """Return the system that a study compares all others with."""
    stated = speaker.root.at("study", "reference")
    return stated if stated.present else speaker.root.at("futures", "capability_unit")


def _compares(node: Node, speaker: Speaker) -> bool:
    """Return whether a row compares two systems; the reference with itself says nothing."""
    is_itself = node.at("system").value == (node.at("against").text or _reference(speaker).text)
    return quantiles_of(node.at("ratio")) is not None and not is_itself


def _told(found: list[Node], speaker: Speaker) -> _Told:
    first = _telling(found, speaker)
    system, ratio = _system(first, speaker), speaker.interval(first.at("ratio"))
    workload = _workload(first, speaker)
    if not first.at("against").present:
        reference = speaker.name(_reference(speaker))
        return _Told(
            speaker.t(
                "brief.worth.title_reference",
                reference=reference,
                system=system,
                ratio=ratio,
                workload=workload,
            ),
            speaker.t("brief.worth.axis_reference", reference=reference),
        )
    against = sorted({speaker.name(node.at("against")) for node in found})
    title = speaker.t(
        "brief.worth.title", system=system, against=against[0], ratio=ratio, workload=workload
    )
    if len(against) > 1:
        return _Told(title, speaker.t("brief.worth.axis_mixed"))
    return _Told(title, speaker.t("brief.worth.axis", against=against[0]))


def _telling(found: list[Node], speaker: Speaker) -> Node:
    """Return the row for the title: the one that the short answer tells, else the first."""
    for line in speaker.root.at("study", "headline").items:
        for message in line.at("messages").items:
            told = message.at("values")
            for node in found:
                names = {node.at("system").text, node.at("against").text}
                if message.at("id").text == _TOLD and told.at("against").text in names:
                    return node
    return found[0]


def _system(node: Node, speaker: Speaker) -> str:
    return speaker.name(node.at("name")) or speaker.name(node.at("system"))


def _workload(node: Node, speaker: Speaker) -> str:
    return speaker.words(node.at("workload_name")) or speaker.wording.name(
        node.at("workload").text or ""
    )


def _name(node: Node, speaker: Speaker) -> str:
    system, workload = _system(node, speaker), _workload(node, speaker)
    return speaker.t("brief.pair", system=system, workload=workload)


def _row(node: Node, speaker: Speaker) -> DotRow:
    p05, p50, p95 = quantiles_of(node.at("ratio")) or (0.0, 0.0, 0.0)
    written = speaker.interval(node.at("ratio"))
    group = _workload(node, speaker)
    return DotRow(_system(node, speaker), p05, p50, p95, written, group)


def _panel_row(node: Node, speaker: Speaker) -> PanelRow:
    pointer = node.at("ratio", "p50").pointer
    return PanelRow(_name(node, speaker), speaker.interval(node.at("ratio")), pointer)


def _weakest(ways: list[str | None]) -> str | None:
    """Return the weakest way in which any ratio was obtained."""
    known = [Obtained(way) for way in ways if way in set(Obtained)]
    return max(known, key=_RANK.index).value if known else None
