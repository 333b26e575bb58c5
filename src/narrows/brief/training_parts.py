"""Parts of the page of ``narrows train``: waterfalls of a step's time and memory."""

from __future__ import annotations

from narrows.brief import figures
from narrows.brief.charts import Part, WaterfallChart, draw_waterfall
from narrows.brief.derivation import NO_SOURCES
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, panel
from narrows.brief.speaker import Speaker, quantiles_of

_COMPUTE, _EXCHANGE, _IDLE = 0, 1, 3
_LOOKS = {
    "compute": _COMPUTE,
    "recompute": _COMPUTE,
    "optimizer": _COMPUTE,
    "bubble": _IDLE,
    "overhead": _IDLE,
    "states": 0,
    "activations": 2,
    "working": 3,
}
"""Work in one colour, exposed communication in a second, idle time in a third."""
SHOWN_MIN = 0.0005
"""Shares below what the chart can print are left out."""


def answer(speaker: Speaker) -> str:
    """Return what a step takes in the first layout."""
    best = _best(speaker)
    return speaker.t(
        "training.page.answer",
        step=best.at("step_s", "p50").value,
        low=best.at("step_s", "p05").value,
        high=best.at("step_s", "p95").value,
        rate=best.at("tokens_per_s_per_chip", "p50").value,
        used=best.at("utilisation").value,
        layout=best.at("layout").value,
    )


def time_panel(speaker: Speaker) -> Panel:
    """Return the waterfall of a step's time."""
    best = _best(speaker)
    sizes = _sizes(best.at("breakdown_s"))
    total = sum(sizes.values())
    rest = {name: size for name, size in sizes.items() if name != "compute"}
    second = max(rest, key=lambda name: rest[name])
    title = speaker.t(
        "training.time.title",
        share=sizes.get("compute", 0.0) / total,
        second=_part_name(speaker, second),
        other=rest[second] / total,
    )
    written = {
        name: speaker.t("training.seconds", value=size, share=size / total)
        for name, size in sizes.items()
    }
    chart = WaterfallChart(
        title=title,
        axis=speaker.t("training.time.axis"),
        language=speaker.language.value,
        parts=_shown(speaker, sizes, written),
        whole=speaker.t("training.time.whole"),
        whole_written=speaker.interval(best.at("step_s")),
        low=_end(best.at("step_s"), 0),
        high=_end(best.at("step_s"), 2),
        write=lambda value: figures.number(value, speaker.language),
    )
    return _panel(speaker, chart, "training.time.subtitle", best.at("breakdown_s"), written)


def memory_panel(speaker: Speaker) -> Panel:
    """Return the waterfall of the fullest device's memory, held against what it has."""
    best = _best(speaker)
    sizes = _sizes(best.at("memory_gib"))
    peak, room = best.at("peak_mem_gib"), speaker.root.at("question", "device_memory_gib")
    title = speaker.t(
        "training.memory.title",
        peak=peak.at("p50").value,
        low=peak.at("p05").value,
        high=peak.at("p95").value,
        room=room.value,
    )
    written = {name: speaker.t("training.gib", value=size) for name, size in sizes.items()}
    chart = WaterfallChart(
        title=title,
        axis=speaker.t("training.memory.axis"),
        language=speaker.language.value,
        parts=_shown(speaker, sizes, written),
        whole=speaker.t("training.memory.whole"),
        whole_written=speaker.interval(peak),
        low=_end(peak, 0),
        high=_end(peak, 2),
        write=lambda value: figures.number(value, speaker.language),
        line_at=room.number,
        line_label=speaker.t("training.memory.room", room=room.value),
    )
    return _panel(speaker, chart, "training.memory.subtitle", best.at("memory_gib"), written)


def notes(speaker: Speaker) -> list[str]:
    """Return what stands behind the figures, and the whole run where it was asked."""
    said = [speaker.say(note) for note in _best(speaker).at("flags").items]
    run = speaker.root.at("whole_run")
    if run.present:
        days = run.at("days")
        values = {"days": days.at("p50").value, "goodput": run.at("goodput").value}
        ends = {"low": days.at("p05").value, "high": days.at("p95").value}
        said.insert(0, speaker.t("training.whole_run", **values, **ends))
    return said


def _best(speaker: Speaker) -> Node:
    return speaker.root.at("ranked", 0)


def _sizes(parts: Node) -> dict[str, float]:
    return {name: node.number for name, node in parts.entries if node.number is not None}


def _shown(speaker: Speaker, sizes: dict[str, float], written: dict[str, str]) -> tuple[Part, ...]:
    total = sum(sizes.values())
    return tuple(
        Part(_part_name(speaker, name), size, written[name], _LOOKS.get(name, _EXCHANGE))
        for name, size in sizes.items()
        if size >= SHOWN_MIN * total
    )


def _part_name(speaker: Speaker, name: str) -> str:
    return speaker.t(f"training.part.{name}")


def _end(node: Node, place: int) -> float:
    quantiles = quantiles_of(node)
    if quantiles is None:
        msg = f"{node.pointer} is no interval"
        raise ValueError(msg)
    return quantiles[place]


def _panel(
    speaker: Speaker,
    chart: WaterfallChart,
    subtitle: str,
    parts: Node,
    written: dict[str, str],
) -> Panel:
    rows = tuple(
        PanelRow(_part_name(speaker, name), words, parts.at(name).pointer)
        for name, words in written.items()
    )
    return panel(
        chart.title,
        speaker.wording.phrase(subtitle),
        lambda sheet: draw_waterfall(chart, sheet),
        backing=NO_SOURCES,
        rows=rows,
        how=_best(speaker).at("step_s", "obtained").text,
    )
