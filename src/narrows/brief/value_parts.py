"""Parts of the page of ``narrows value``: what is worth knowing, waiting, and more service."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from narrows.brief import figures
from narrows.brief.charts import Curve, CurveChart, draw_curves
from narrows.brief.charts.drawing import Sheet
from narrows.brief.charts.tornado import Bar, TornadoChart, draw_tornado
from narrows.brief.derivation import NO_SOURCES
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, panel
from narrows.brief.speaker import Speaker

CURRENCY = "CNY"


def answer(speaker: Speaker) -> str:
    """Return the least expected cost, against which the rest is held."""
    at = speaker.root.at
    return speaker.t(
        "value.page.answer", cost=at("cost_cny").value, evpi=at("evpi_cny").value,
        share=_number(at("evpi_cny")) / _number(at("cost_cny")),
    )  # fmt: skip


def knowing_panel(speaker: Speaker) -> Panel:
    """Return foresight, planning with the tree, and each signal as bars, the widest first."""
    worths = _worths(speaker)
    solved = [(name, node.number) for name, node in worths if node.number is not None]
    title = _knowing_title(speaker)
    chart = TornadoChart(
        title=title,
        axis=speaker.t("value.axis"),
        key=speaker.t("value.knowing.key"),
        language=speaker.language.value,
        bars=tuple(Bar(name, 0.0, value) for name, value in sorted(solved, key=_least_last)),
        write=lambda value: figures.amount(value, speaker.language),
    )
    rows = tuple(PanelRow(name, _money(speaker, node), node.pointer) for name, node in worths)
    return _panel(speaker, "knowing", title, lambda sheet: draw_tornado(chart, sheet), rows)


def _least_last(named: tuple[str, float]) -> float:
    return -named[1]


def _knowing_title(speaker: Speaker) -> str:
    """Say which signal is worth most, or what foresight is worth where there is none."""
    best = max(
        speaker.root.at("signals").items, key=lambda one: _number(one.at("value_cny")), default=None
    )
    if best is None:
        return speaker.t("value.knowing.title_foresight", evpi=speaker.root.at("evpi_cny").value)
    return speaker.t(
        "value.knowing.title",
        regime=best.at("regime").value,
        quarter=best.at("quarter").value,
        value=best.at("value_cny").value,
    )


def _worths(speaker: Speaker) -> list[tuple[str, Node]]:
    known = [
        (speaker.t(f"value.short.{name}"), speaker.root.at(f"{name}_cny"))
        for name in ("evpi", "vss")
    ]
    return known + [
        (
            speaker.t(
                "value.short.signal", regime=one.at("regime").value, chance=one.at("chance").value
            ),
            one.at("value_cny"),
        )
        for one in speaker.root.at("signals").items
    ]


def waiting_panel(speaker: Speaker) -> Panel | None:
    """Return the cost of waiting by quarters; ``None`` where there is no import to wait with."""
    found = speaker.root.at("waiting").items
    if not found:
        return None
    points = tuple((_number(one.at("quarters")), _number(one.at("cost_cny"))) for one in found)
    return _cost_curve(
        speaker,
        "waiting",
        speaker.t("value.waiting.title", quarters=points[-1][0], cost=points[-1][1]),
        ((0.0, 0.0), *points),
        x_axis=speaker.t("insight.waiting.axis"),
        write_x=lambda value: figures.number(value, speaker.language),
        rows=tuple(_waiting_row(speaker, one) for one in found),
    )


def _waiting_row(speaker: Speaker, one: Node) -> PanelRow:
    name = speaker.t("insight.waiting.row", quarters=one.at("quarters").value)
    cost = one.at("cost_cny")
    return PanelRow(name, _money(speaker, cost), cost.pointer)


def front_panel(speaker: Speaker) -> Panel | None:
    """Return the least cost against the work left undone; ``None`` where there is no choice."""
    found = speaker.root.at("front").items
    points = sorted((_number(one.at("unmet")), _number(one.at("cost_cny"))) for one in found)
    if len(points) < 2:
        return None
    (least, cost), (_, next_cost) = points[:2]
    title = speaker.t(
        "value.front.title", unmet=least, cost=cost, step=points[1][0], more=cost - next_cost
    )
    return _cost_curve(
        speaker,
        "front",
        title,
        tuple(points),
        x_axis=speaker.t("value.unmet"),
        write_x=lambda value: figures.percent(value, speaker.language),
        rows=tuple(_front_row(speaker, one) for one in found),
    )


def _front_row(speaker: Speaker, one: Node) -> PanelRow:
    option, cost = speaker.root.at("option").value, _money(speaker, one.at("cost_cny"))
    name, pointer = speaker.percent(one.at("unmet")), one.at("cost_cny").pointer
    if option is None:
        return PanelRow(name, cost, pointer)
    ordered = speaker.t("value.front.ordered", chips=one.at("chips").value, option=option)
    return PanelRow(name, f"{cost}; {ordered}", pointer)


def _cost_curve(
    speaker: Speaker,
    name: str,
    title: str,
    points: tuple[tuple[float, float], ...],
    *,
    x_axis: str,
    write_x: Callable[[float], str],
    rows: tuple[PanelRow, ...],
) -> Panel:
    """Return one curve of money, named by ``value.NAME.curve``."""
    chart = CurveChart(
        title=title,
        x_axis=x_axis,
        y_axis=speaker.t("value.axis"),
        language=speaker.language.value,
        curves=(Curve(speaker.t(f"value.{name}.curve"), points),),
        write_x=write_x,
        write_y=lambda value: figures.amount(value, speaker.language),
    )
    return _panel(speaker, name, title, lambda sheet: draw_curves(chart, sheet), rows)


def _panel(
    speaker: Speaker,
    name: str,
    title: str,
    draw: Callable[[Sheet], Markup],
    rows: tuple[PanelRow, ...],
) -> Panel:
    """Return a panel of this page: all figures are one solver's, and a note says how."""
    subtitle = speaker.t(f"value.{name}.subtitle", date=speaker.root.at("as_known_on").value)
    return panel(title, subtitle, draw, backing=NO_SOURCES, rows=rows)


def _money(speaker: Speaker, node: Node) -> str:
    return speaker.money(node, CURRENCY)


def _number(node: Node) -> float:
    if node.number is None:
        msg = f"{node.pointer} is no number"
        raise ValueError(msg)
    return node.number
