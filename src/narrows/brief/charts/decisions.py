"""A tree of decisions: quarters from left to right, a regime and its orders at each node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import NARROW, TEXT_PX, Drawing, Sheet

_LINE_PX = 15.0
_ROW_GAP_PX = 10.0
_HEAD_PX = 22.0
_DOT_PX = 4.0


@dataclass(frozen=True, slots=True)
class DecisionNode:
    """A node: its lines of words, the node above, its quarter, and the class of its colour."""

    id: str
    above: str | None
    quarter: str
    words: tuple[str, ...]
    style: str = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionChart:
    """Everything a tree of decisions shows, in the reader's language."""

    title: str
    language: str
    nodes: tuple[DecisionNode, ...]


def draw_decisions(chart: DecisionChart, sheet: Sheet) -> Markup:
    """Return the tree; on a phone one indented list, since columns would not be read."""
    if sheet is NARROW:
        return _draw_list(chart, sheet)
    quarters = list(dict.fromkeys(node.quarter for node in chart.nodes))
    rows = _rows(chart.nodes, quarters[-1])
    column = sheet.width / len(quarters)
    lines = max(len(node.words) for node in chart.nodes)
    row_px = _LINE_PX * lines + _ROW_GAP_PX
    leaves = sum(node.quarter == quarters[-1] for node in chart.nodes)
    drawing = Drawing(sheet, _HEAD_PX + row_px * leaves, title=chart.title, language=chart.language)
    places = {
        node.id: (
            column * quarters.index(node.quarter) + _DOT_PX,
            _HEAD_PX + row_px * (rows[node.id] + 0.5),
        )
        for node in chart.nodes
    }
    for place, quarter in enumerate(quarters):
        drawing.text((column * place, TEXT_PX), quarter, "group")
    for node in chart.nodes:
        if node.above is not None:
            _draw_branch(drawing, places[node.above], places[node.id], column)
    for node in chart.nodes:
        _draw_node(drawing, node, places[node.id])
    return drawing.render()


def _rows(nodes: Sequence[DecisionNode], last: str) -> dict[str, float]:
    """Return the row of each leaf in order, and of each other node the mean of its children's."""
    rows: dict[str, float] = {}
    children: dict[str, list[str]] = {}
    for node in nodes:
        if node.above is not None:
            children.setdefault(node.above, []).append(node.id)

    def visit(node_id: str) -> float:
        below = [visit(child) for child in children.get(node_id, [])]
        if below:
            rows[node_id] = sum(below) / len(below)
        else:
            rows[node_id] = float(sum(1 for row in rows if row in leaves))
        return rows[node_id]

    leaves = {node.id for node in nodes if node.quarter == last}
    for node in nodes:
        if node.above is None:
            visit(node.id)
    return rows


def _draw_branch(
    drawing: Drawing, start: tuple[float, float], end: tuple[float, float], column: float
) -> None:
    """Draw an elbow just before the child, so that words beside the parent stay clear."""
    elbow = end[0] - column * 0.06
    drawing.polyline([(elbow, start[1]), (elbow, end[1]), end], "branch")
    drawing.line((elbow - column * 0.04, start[1]), (elbow, start[1]), "branch")


def _draw_node(drawing: Drawing, node: DecisionNode, at: tuple[float, float]) -> None:
    drawing.dot(at, _DOT_PX, f"regime {node.style}")
    first = at[1] - _LINE_PX * (len(node.words) - 1) / 2 + TEXT_PX * 0.35
    for place, words in enumerate(node.words):
        style = "label decision-name" if place == 0 else "tick"
        drawing.text((at[0] + 9.0, first + _LINE_PX * place), words, style)


def _draw_list(chart: DecisionChart, sheet: Sheet) -> Markup:
    quarters = list(dict.fromkeys(node.quarter for node in chart.nodes))
    ordered = _depth_first(chart.nodes)
    lines = sum(len(node.words) for node in ordered)
    height = lines * _LINE_PX + len(ordered) * _ROW_GAP_PX
    drawing = Drawing(sheet, height, title=chart.title, language=chart.language)
    top = 0.0
    for node in ordered:
        indent = 14.0 * quarters.index(node.quarter)
        middle = top + _LINE_PX * len(node.words) / 2
        _draw_node(drawing, node, (indent + _DOT_PX, middle))
        top += _LINE_PX * len(node.words) + _ROW_GAP_PX
    return drawing.render()


def _depth_first(nodes: Sequence[DecisionNode]) -> list[DecisionNode]:
    def below(above: str | None) -> list[DecisionNode]:
        found: list[DecisionNode] = []
        for node in nodes:
            if node.above == above:
                found += [node, *below(node.id)]
        return found

    return below(None)
