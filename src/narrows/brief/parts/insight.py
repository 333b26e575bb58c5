"""The tree of decisions, flows of money and work, the cost of waiting, each with its finding."""

from __future__ import annotations

from narrows.brief import figures
from narrows.brief.charts import Curve, CurveChart, draw_curves
from narrows.brief.charts.decisions import DecisionChart, DecisionNode, draw_decisions
from narrows.brief.charts.sankey import Ribbon, SankeyChart, draw_sankey
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, known_on, panel
from narrows.brief.speaker import Speaker
from narrows.core import GateState

ORDERS_SHOWN = 2
"""Orders told at a node; the rest are in the figures below."""


def decision_chart(speaker: Speaker) -> Panel | None:
    """Return the tree of decisions; ``None`` where the result has none."""
    nodes = speaker.root.at("futures", "decisions").items
    if len(nodes) < 2:
        return None
    title = speaker.t("insight.decisions.title")
    chart = DecisionChart(
        title=title,
        language=speaker.language.value,
        nodes=tuple(_decision(speaker, node) for node in nodes),
    )
    return panel(
        title,
        speaker.t("insight.decisions.subtitle", date=known_on(speaker).value),
        lambda sheet: draw_decisions(chart, sheet),
        backing=speaker.backing("/futures/decisions"),
        rows=tuple(_decision_row(speaker, node, order) for node in nodes
                   for order in node.at("orders").items),
    )  # fmt: skip


def _decision(speaker: Speaker, node: Node) -> DecisionNode:
    regime = node.at("regime").text
    orders = [_order(speaker, order) for order in node.at("orders").items]
    told = orders[:ORDERS_SHOWN] or [speaker.t("insight.decisions.none")]
    return DecisionNode(
        id=node.at("node").text or "",
        above=node.at("above").text,
        quarter=speaker.day(node.at("quarter")),
        words=(_reached(speaker, node), *told),
        style=next(
            (state.value for state in GateState if regime and regime.endswith(state.value)), "other"
        ),
    )


def _reached(speaker: Speaker, node: Node) -> str:
    """Return the regime seen at a node with its chance; the first quarter has seen none yet."""
    regime = node.at("regime").text
    if regime is None:
        return speaker.t("insight.decisions.now")
    return f"{speaker.wording.name(regime)} {speaker.percent(node.at('chance'))}"


def _order(speaker: Speaker, order: Node) -> str:
    system = speaker.wording.name(order.at("system").text or "")
    return f"{speaker.count(order.at('chips'))} {system}"


def _decision_row(speaker: Speaker, node: Node, order: Node) -> PanelRow:
    name = f"{speaker.day(node.at('quarter'))}, {_reached(speaker, node)}"
    return PanelRow(name, _order(speaker, order), order.at("chips").pointer)


def flow_chart(speaker: Speaker) -> Panel | None:
    """Return the flows of money; ``None`` where nothing is paid."""
    links = speaker.root.at("futures", "flows").items
    ribbons = tuple(
        Ribbon(link.at("from").text or "", link.at("to").text or "", money)
        for link in links
        if (money := link.at("money_cny").number) is not None and money > 0.0
    )
    if not ribbons:
        return None
    total = sum(ribbon.amount for ribbon in ribbons)
    title = speaker.t("insight.flows.title", total=total)
    chart = SankeyChart(
        title=title,
        language=speaker.language.value,
        ribbons=ribbons,
        written={name: _with_amount(speaker, name, ribbons) for name in _names(ribbons)},
    )
    return panel(
        title,
        speaker.t("insight.flows.subtitle", date=known_on(speaker).value),
        lambda sheet: draw_sankey(chart, sheet),
        backing=speaker.backing("/futures/flows"),
        rows=tuple(
            PanelRow(
                f"{_name(speaker, link, 'from')} → {_name(speaker, link, 'to')}",
                speaker.money(link.at("money_cny"), "CNY"),
                link.at("money_cny").pointer,
            )
            for link in links
        ),
    )


def work_chart(speaker: Speaker) -> Panel | None:
    """Return who does which work, in quarters of one chip; ``None`` where nothing is done."""
    links = speaker.root.at("futures", "work").items
    ribbons = tuple(
        Ribbon(link.at("from").text or "", link.at("to").text or "", amount)
        for link in links
        if (amount := link.at("chip_quarters").number) is not None and amount > 0.0
    )
    if not ribbons:
        return None
    done: dict[str, float] = {}
    for ribbon in ribbons:
        done[ribbon.start] = done.get(ribbon.start, 0.0) + ribbon.amount
    most = max(done, key=lambda name: done[name])
    title = speaker.t("insight.work.title", system=most, share=done[most] / sum(done.values()))
    chart = SankeyChart(
        title=title,
        language=speaker.language.value,
        ribbons=ribbons,
        written={name: _with_amount(speaker, name, ribbons) for name in _names(ribbons)},
    )
    reference = speaker.root.at("futures", "capability_unit").text
    return panel(
        title,
        speaker.t("insight.work.subtitle", reference=reference, date=known_on(speaker).value),
        lambda sheet: draw_sankey(chart, sheet),
        backing=speaker.backing("/futures/work"),
        rows=tuple(
            PanelRow(
                f"{_name(speaker, link, 'from')} → {_name(speaker, link, 'to')}",
                speaker.count(link.at("chip_quarters")),
                link.at("chip_quarters").pointer,
            )
            for link in links
        ),
    )


def _names(ribbons: tuple[Ribbon, ...]) -> list[str]:
    return list(dict.fromkeys(name for one in ribbons for name in (one.start, one.end)))


def _with_amount(speaker: Speaker, name: str, ribbons: tuple[Ribbon, ...]) -> str:
    amount = sum(one.amount for one in ribbons if name in (one.start, one.end))
    return f"{speaker.wording.name(name)} {figures.amount(amount, speaker.language)}"


def _name(speaker: Speaker, link: Node, side: str) -> str:
    return speaker.wording.name(link.at(side).text or "")


def waiting_chart(speaker: Speaker) -> Panel | None:
    """Return the cost of waiting, quarter by quarter; ``None`` where it was not solved."""
    found = speaker.root.at("sensitivities", "waiting").items
    points = tuple(
        (quarters, change)
        for node in found
        if (quarters := node.at("quarters").number) is not None
        and (change := node.at("change").number) is not None
    )
    if len(points) < 2:
        return None
    title = speaker.t("insight.waiting.title", quarters=points[-1][0], change=points[-1][1])
    chart = CurveChart(
        title=title,
        x_axis=speaker.t("insight.waiting.axis"),
        y_axis=speaker.t("brief.cost.axis"),
        language=speaker.language.value,
        curves=(Curve(speaker.t("brief.cost.curve"), points),),
        write_x=lambda value: figures.number(value, speaker.language),
        write_y=lambda value: figures.tick_change(value, speaker.language),
    )
    return panel(
        title,
        speaker.t("insight.waiting.subtitle", date=known_on(speaker).value),
        lambda sheet: draw_curves(chart, sheet),
        backing=speaker.backing("/sensitivities/waiting"),
        rows=tuple(
            PanelRow(
                speaker.t("insight.waiting.row", quarters=node.at("quarters").value),
                speaker.change(node.at("change")),
                node.at("change").pointer,
            )
            for node in found
        ),
    )
