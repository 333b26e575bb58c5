"""Tables and charts that a result brings along: each cell says how it is to be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from narrows.brief import figures
from narrows.brief.charts import DotChart, DotRow, FanChart, FanPoint, draw_dots, draw_fan
from narrows.brief.node import Node
from narrows.brief.parts.futures import regimes_of
from narrows.brief.parts.panel import Panel, PanelRow, known_on, panel
from narrows.brief.speaker import Speaker, quantiles_of
from narrows.core import Locale, largest_step

_GAP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Written:
    """A cell as text, and the pointer of the figure behind it where there is one."""

    text: str
    pointer: str | None


@dataclass(frozen=True, slots=True)
class GivenTable:
    """A table in the reader's language; ``pointer`` is where it stands in the result."""

    id: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Written, ...]], ...]
    pointer: str


def given_tables(speaker: Speaker) -> tuple[GivenTable, ...]:
    """Return the tables of a result in its order."""
    return tuple(_table(speaker, node) for node in speaker.root.at("tables").items)


def _table(speaker: Speaker, node: Node) -> GivenTable:
    return GivenTable(
        id=node.at("id").text or "",
        title=speaker.say(node.at("title")),
        note=speaker.say(node.at("note")),
        columns=tuple(speaker.say(column) for column in node.at("columns").items),
        rows=tuple(
            (
                head_of(speaker, row.at("head")),
                tuple(write_cell(speaker, cell) for cell in row.at("cells").items),
            )
            for row in node.at("rows").items
        ),
        pointer=node.pointer,
    )


def head_of(speaker: Speaker, node: Node) -> str:
    """Return a row's head: a message, a quarter, or an id that the result names."""
    if node.message is not None:
        return speaker.say(node)
    word = node.text or ""
    written = figures.period(word, speaker.language)
    return written if written != word else speaker.wording.name(word)


def write_cell(speaker: Speaker, cell: Node) -> Written:
    """Return a cell as its kind is written; a kind that the brief does not know shows nothing."""
    value = cell.at("value")
    write = _KINDS.get(cell.at("kind").text or "")
    if write is None:
        return Written("", None)
    middle = value.at("p50") if value.entries else value
    shows_figure = value.message is None and middle.number is not None
    return Written(write(speaker, value), middle.pointer if shows_figure else None)


def _interval(speaker: Speaker, node: Node) -> str:
    quantiles = quantiles_of(node)
    return figures.UNKNOWN if quantiles is None else wide(*quantiles, speaker.language)


def wide(low: float, middle: float, high: float, language: Locale) -> str:
    """Write an interval with one magnitude word: ``1.2 (0.3-4.5) m``."""
    largest = max(abs(low), abs(middle), abs(high))
    if largest < figures.WORDED_FROM:
        return figures.interval(low, middle, high, language)
    mantissa, word = largest_step(figures.rounded(largest), language)
    step = figures.rounded(largest) / mantissa
    written = figures.interval(low / step, middle / step, high / step, language)
    return f"{written}{_GAP}{word}"


def _money_interval(currency: str) -> Callable[[Speaker, Node], str]:
    def write(speaker: Speaker, node: Node) -> str:
        return speaker.t(f"perspective.cell.{currency}", amount=_interval(speaker, node))

    return write


_KINDS: Mapping[str, Callable[[Speaker, Node], str]] = MappingProxyType(
    {
        "count": lambda speaker, node: speaker.count(node),
        "number": lambda speaker, node: speaker.number(node),
        "percent": lambda speaker, node: speaker.percent(node),
        "usd": lambda speaker, node: speaker.money(node, "USD"),
        "cny": lambda speaker, node: speaker.money(node, "CNY"),
        "interval": _interval,
        "percent_interval": lambda speaker, node: speaker.percent_interval(node),
        "usd_interval": _money_interval("usd"),
        "cny_interval": _money_interval("cny"),
        "said": lambda speaker, node: speaker.say(node),
    }
)


def given_charts(speaker: Speaker) -> tuple[Panel, ...]:
    """Return the charts of a result in its order; one without a complete point is left out."""
    found = (_chart(speaker, node) for node in speaker.root.at("charts").items)
    return tuple(chart for chart in found if chart is not None)


def _chart(speaker: Speaker, node: Node) -> Panel | None:
    points = [point for point in node.at("points").items if quantiles_of(point) is not None]
    if not points:
        return None
    draw = _fan if node.at("kind").text == "fan" else _dots
    return draw(speaker, node, points)


def _fan(speaker: Speaker, node: Node, points: list[Node]) -> Panel:
    title, axis = speaker.say(node.at("title")), speaker.say(node.at("axis"))
    chart = FanChart(
        title=title,
        axis=axis,
        median_label=speaker.t("brief.fan.median"),
        band_label=speaker.t("brief.fan.band"),
        target_label=speaker.say(node.at("target")),
        language=speaker.language.value,
        points=tuple(_fan_point(point) for point in points),
        write=lambda value: figures.amount(value, speaker.language),
        regimes=regimes_of(
            node.at("regimes"), [point.at("quarter").text or "" for point in points], speaker
        ),
    )
    return panel(
        title,
        _subtitle(speaker, axis, "subtitle_regimes" if chart.regimes else "subtitle"),
        lambda sheet: draw_fan(chart, sheet),
        backing=speaker.backing(node.pointer),
        rows=_rows(speaker, points, "quarter"),
    )


def _fan_point(node: Node) -> FanPoint:
    p05, p50, p95 = quantiles_of(node) or (0.0, 0.0, 0.0)
    return FanPoint(
        node.at("quarter").text or "",
        p05,
        p50,
        p95,
        p25=node.at("p25").number,
        p75=node.at("p75").number,
        target=node.at("target").number,
    )


def _dots(speaker: Speaker, node: Node, points: list[Node]) -> Panel:
    title, axis = speaker.say(node.at("title")), speaker.say(node.at("axis"))
    chart = DotChart(
        title=title,
        axis=axis,
        language=speaker.language.value,
        rows=tuple(_dot_row(speaker, point) for point in points),
        write=lambda value: figures.amount(value, speaker.language),
    )
    return panel(
        title,
        _subtitle(speaker, axis),
        lambda sheet: draw_dots(chart, sheet),
        backing=speaker.backing(node.pointer),
        rows=_rows(speaker, points, "head"),
    )


def _dot_row(speaker: Speaker, node: Node) -> DotRow:
    p05, p50, p95 = quantiles_of(node) or (0.0, 0.0, 0.0)
    return DotRow(head_of(speaker, node.at("head")), p05, p50, p95, _interval(speaker, node))


def _subtitle(speaker: Speaker, axis: str, which: str = "subtitle") -> str:
    return speaker.t(f"perspective.chart.{which}", axis=axis, date=known_on(speaker).value)


def _rows(speaker: Speaker, points: list[Node], head: str) -> tuple[PanelRow, ...]:
    return tuple(
        PanelRow(
            head_of(speaker, point.at(head)), _interval(speaker, point), point.at("p50").pointer
        )
        for point in points
    )
