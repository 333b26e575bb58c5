"""What the rules cost: the cap, the domestic share, and where the answer flips."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from narrows.brief import figures
from narrows.brief.charts import Curve, CurveChart, DotChart, DotRow, draw_curves, draw_dots
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, known_on, panel
from narrows.brief.speaker import Speaker, quantiles_of


def share_chart(speaker: Speaker) -> Panel | None:
    """Return cost against the domestic share, a curve for each basis of counting it."""
    found = _solved(speaker.root.at("sensitivities", "domestic_share"), "share")
    if not found:
        return None
    highest = max(point.x for point in found)
    at_highest = [point.change for point in found if point.x == highest]
    title = speaker.t(
        "brief.share.title",
        share=highest,
        range=[min(at_highest), max(at_highest)],
    )
    chart = CurveChart(
        title=title,
        x_axis=speaker.t("brief.share.axis"),
        y_axis=speaker.t("brief.cost.axis"),
        language=speaker.language.value,
        curves=_curves_by_basis(found, speaker),
        write_x=lambda value: figures.percent(value, speaker.language),
        write_y=lambda value: figures.tick_change(value, speaker.language),
    )
    return panel(
        title,
        _share_subtitle(speaker),
        lambda sheet: draw_curves(chart, sheet),
        backing=speaker.backing("/sensitivities/domestic_share"),
        rows=tuple(_share_row(node, speaker) for node in _asked("domestic_share", speaker)),
    )


def _share_subtitle(speaker: Speaker) -> str:
    """Return what is plotted, and what the bands rest on where there are bands."""
    plotted = speaker.t("brief.share.subtitle", date=known_on(speaker).value)
    draws = speaker.root.at("sensitivities", "draws")
    if not draws.present:
        return plotted
    return speaker.t(
        "brief.share.bands",
        plotted=plotted,
        draws=draws.at("count").value,
        coverage=draws.at("coverage").value,
        inputs=len(draws.at("inputs").items),
        leaves=draws.at("leaves").value,
    )


def cap_chart(speaker: Speaker) -> Panel | None:
    """Return cost against the cap in chips."""
    return _rule_chart(
        "cap", "units", lambda value: figures.count(value, speaker.language), speaker
    )


def power_chart(speaker: Speaker) -> Panel | None:
    """Return cost against the power of the sites in megawatts."""
    return _rule_chart(
        "power", "mw", lambda value: figures.number(value, speaker.language), speaker
    )


def _rule_chart(
    rule: str, x: str, write_x: Callable[[float], str], speaker: Speaker
) -> Panel | None:
    """Return the curve of cost against one limit; ``None`` where nothing was solved for it."""
    found = _solved(speaker.root.at("sensitivities", rule), x)
    if not found:
        return None
    points = sorted((point.x, point.change) for point in found)
    (least, at_least), (most, at_most) = points[0], points[-1]
    title = speaker.t(
        f"brief.{rule}.title", least=least, most=most, change=(1 + at_most) / (1 + at_least) - 1
    )
    chart = CurveChart(
        title=title,
        x_axis=speaker.t(f"brief.{rule}.axis"),
        y_axis=speaker.t("brief.cost.axis"),
        language=speaker.language.value,
        curves=(Curve(speaker.t("brief.cost.curve"), tuple(points)),),
        write_x=write_x,
        write_y=lambda value: figures.tick_change(value, speaker.language),
    )
    return panel(
        title,
        speaker.t(f"brief.{rule}.subtitle", date=known_on(speaker).value),
        lambda sheet: draw_curves(chart, sheet),
        backing=speaker.backing(f"/sensitivities/{rule}"),
        rows=tuple(
            _cost_row(
                f"{speaker.number(node.at(x))} {speaker.t(f'brief.{rule}.unit')}", node, speaker
            )
            for node in _asked(rule, speaker)
        ),
    )


def flip_chart(speaker: Speaker) -> Panel | None:
    """Return our belief in a gate beside the chance at which the answer flips."""
    flip = speaker.root.at("sensitivities", "flip")
    belief, threshold = quantiles_of(flip.at("belief")), flip.at("threshold").number
    gate = flip.at("gate").text
    if belief is None or threshold is None or gate is None:
        return None
    written = speaker.percent_interval(flip.at("belief"))
    title_id = "brief.flip.title_far" if belief[2] < threshold else "brief.flip.title_near"
    title = speaker.t(title_id, gate=gate, belief=written, threshold=threshold)
    chart = DotChart(
        title=title,
        axis=speaker.t("brief.flip.axis", gate=gate),
        language=speaker.language.value,
        rows=(DotRow(speaker.t("brief.flip.belief"), *belief, written),),
        write=lambda value: figures.percent(value, speaker.language),
        line_at=threshold,
        line_label=speaker.t("brief.flip.line", threshold=threshold),
        ceiling=1.0,
    )
    return panel(
        title,
        speaker.t("brief.flip.subtitle", date=known_on(speaker).value),
        lambda sheet: draw_dots(chart, sheet),
        backing=speaker.backing("/sensitivities/flip"),
        rows=(
            PanelRow(speaker.t("brief.flip.belief"), written, flip.at("belief", "p50").pointer),
            PanelRow(
                speaker.t("brief.flip.threshold"),
                speaker.percent(flip.at("threshold")),
                flip.at("threshold").pointer,
            ),
        ),
    )


def _asked(rule: str, speaker: Speaker) -> tuple[Node, ...]:
    """Return all points that were asked about, those without a plan too."""
    return speaker.root.at("sensitivities", rule).items


@dataclass(frozen=True, slots=True)
class _Solved:
    """A point for which there is a plan."""

    node: Node
    x: float
    change: float


def _solved(node: Node, x: str) -> list[_Solved]:
    """Return the points that can be drawn; one without a plan has no cost and stays out."""
    points = ((item, item.at(x).number, item.at("change").number) for item in node.items)
    return [
        _Solved(item, place, change)
        for item, place, change in points
        if place is not None and change is not None
    ]


def _curves_by_basis(found: list[_Solved], speaker: Speaker) -> tuple[Curve, ...]:
    points: dict[str, list[_Solved]] = {}
    for point in sorted(found, key=lambda point: point.x):
        points.setdefault(point.node.at("basis").text or "", []).append(point)
    return tuple(
        Curve(speaker.term(basis), tuple((one.x, one.change) for one in line), _band_of(line))
        for basis, line in points.items()
    )


def _band_of(line: list[_Solved]) -> tuple[tuple[float, float, float], ...]:
    """Return the intervals of a line; a point without one ends nothing and stays out."""
    bands = ((one.x, quantiles_of(one.node.at("band", "change"))) for one in line)
    return tuple((x, band[0], band[2]) for x, band in bands if band is not None)


def cost_of(node: Node, speaker: Speaker) -> tuple[str | None, str]:
    """Return the cost and where it stands: in the reader's currency if given, else in dollars."""
    reader = (speaker.root.at("study", "currency").text or "USD").upper()
    for currency in (reader, "USD"):
        amount = node.at(f"cost_{currency.lower()}")
        if amount.number is not None:
            return speaker.money(amount, currency), amount.pointer
    return None, node.at("change").pointer


def _share_row(node: Node, speaker: Speaker) -> PanelRow:
    share, basis = node.at("share").value, node.at("basis").text
    row = _cost_row(speaker.t("brief.pair_basis", share=share, basis=basis), node, speaker)
    band = quantiles_of(node.at("band", "change"))
    if band is None:
        return row
    interval = speaker.t("brief.share.interval", range=[band[0], band[2]])
    return PanelRow(row.name, f"{row.written} {interval}", row.pointer)


def _cost_row(name: str, node: Node, speaker: Speaker) -> PanelRow:
    written, pointer = cost_of(node, speaker)
    if written is None:
        return PanelRow(name, speaker.t("brief.cost.no_plan"), pointer)
    return PanelRow(name, f"{written} ({speaker.change(node.at('change'))})", pointer)
