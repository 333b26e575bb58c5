"""A replay on the page: its picture, and the rows of its tables."""

from __future__ import annotations

from datetime import date

from narrows.brief import figures
from narrows.brief.charts.replay import Dot, FanEnd, ReplayChart, SaidRow, draw_replay
from narrows.brief.node import Node
from narrows.brief.parts.futures import regime_bars
from narrows.brief.parts.panel import Panel, PanelRow, panel
from narrows.brief.speaker import Speaker

_QUANTILES = ("p05", "p25", "p50", "p75", "p95")
_DELIVERED = "delivered"
_SHOWN_AS_LIGHTS = frozenset({"replay.gates"})
"""Sentences that the page tells by the row of lights instead."""


def replay_chart(speaker: Speaker) -> Panel | None:
    """Return the fans of all days over what happened; ``None`` where no day said anything."""
    days = [node for _, node in speaker.root.at("said").entries]
    rows = [_row(speaker, day) for day in days]
    if not any(row.fan for row in rows):
        return None
    title = _title(speaker, days[0])
    chart = ReplayChart(
        title=title,
        language=speaker.language.value,
        rows=tuple(rows),
        path=_path(speaker),
        dots=_dots(speaker),
        regimes=regime_bars([dict(day.at("regimes").entries) for day in days], speaker),
        write=lambda value: figures.amount(value, speaker.language),
        month=lambda day: figures.period(f"{day.year}-{day.month:02}", speaker.language),
    )
    return panel(
        title,
        speaker.t("replay.chart.subtitle", date=speaker.root.at("clocks", "as_known_on").text),
        lambda sheet: draw_replay(chart, sheet),
        backing=speaker.backing("/happened"),
        rows=_fan_rows(speaker, days),
    )


def _title(speaker: Speaker, first: Node) -> str:
    delivered = speaker.root.at("happened", "delivered").items
    ordered = first.at("ordered")
    if not delivered or ordered.number is None:
        return speaker.t("replay.chart.title.open")
    return speaker.t(
        "replay.chart.title",
        ordered=ordered.value,
        most=delivered[-1].at("high_so_far").value,
        until=delivered[-1].at("end").text,
    )


def _row(speaker: Speaker, day: Node) -> SaidRow:
    return SaidRow(
        day=_day(day.at("known_on")),
        title=speaker.t("replay.chart.said", date=day.at("known_on").text),
        words=_chance(speaker, day.at("large")),
        fan=tuple(_end(end) for end in day.at("fan").items),
    )


def _day(node: Node) -> date:
    return date.fromisoformat(node.text or "")


def _chance(speaker: Speaker, large: Node) -> str:
    if large.at("chance").number is None:
        return ""
    return speaker.t(
        "replay.chart.chance",
        chance=large.at("chance").value,
        large=large.at("chips").value,
        by=large.at("by").text,
    )


def _end(node: Node) -> FanEnd:
    p05, p25, p50, p75, p95 = (node.at(key).number or 0.0 for key in _QUANTILES)
    return FanEnd(_day(node.at("by")), p05, p25, p50, p75, p95)


def _path(speaker: Speaker) -> tuple[Dot, ...]:
    """Return deliveries so far, at the end of each period reported."""
    found = []
    for node in speaker.root.at("happened", _DELIVERED).items:
        low, high = node.at("low_so_far").number, node.at("high_so_far").number
        if low is not None and high is not None:
            found.append(Dot(_day(node.at("end")), low, high, speaker.term(_DELIVERED)))
    return tuple(found)


def _dots(speaker: Speaker) -> tuple[Dot, ...]:
    """Return each other stage at the day on which it was public."""
    found = []
    for node in speaker.root.at("happened", "stages").items:
        stage, low, high = node.at("stage").text, node.at("low").number, node.at("high").number
        if stage in (None, _DELIVERED) or low is None or high is None:
            continue
        if node.at("known_on").text is not None:
            found.append(Dot(_day(node.at("known_on")), low, high, speaker.term(stage)))
    return tuple(found)


def _fan_rows(speaker: Speaker, days: list[Node]) -> tuple[PanelRow, ...]:
    return tuple(
        PanelRow(
            f"{speaker.day(day.at('known_on'))} → {speaker.day(end.at('by'))}",
            speaker.interval(end),
            end.at("p50").pointer,
        )
        for day in days
        for end in day.at("fan").items
    )


def statements(speaker: Speaker) -> tuple[tuple[Node, tuple[str, ...]], ...]:
    """Return each day with the sentences of the short answer that tell it."""
    told = {
        line.at("label").text: tuple(
            speaker.say(message)
            for message in line.at("messages").items
            if message.at("id").text not in _SHOWN_AS_LIGHTS
        )
        for line in speaker.root.at("study", "headline").items
    }
    days = speaker.root.at("said").entries
    return tuple((day, told.get(quarter, ())) for quarter, day in days)
