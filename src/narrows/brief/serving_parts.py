"""Parts of the page of ``narrows serve``: frontier, curves, the two phases, refusals."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.brief import figures
from narrows.brief.charts import BandCurve, BandPoint, TradeoffChart, draw_tradeoff
from narrows.brief.derivation import NO_SOURCES
from narrows.brief.node import Node
from narrows.brief.parts.panel import Panel, PanelRow, panel
from narrows.brief.speaker import Speaker, quantiles_of

_RATE = "output_tokens_per_s_per_chip"


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One system in one phase, written out."""

    system: str
    engine: str
    layout: str
    rate: str
    ratio: str


def best_lines(speaker: Speaker) -> list[str]:
    """Return what each system does under the limits, one sentence each."""
    return [
        speaker.t(
            "serving.page.best",
            system=_name(system),
            rate=system.at("best", _RATE, "p50").value,
            low=system.at("best", _RATE, "p05").value,
            high=system.at("best", _RATE, "p95").value,
            tpot=system.at("best", "tpot_ms", "p50").value,
            layout=system.at("best", "layout").value,
        )
        for system in _systems(speaker)
    ]


def frontier_panel(speaker: Speaker) -> Panel | None:
    """Return the frontiers of all systems on one picture."""
    systems = _systems(speaker)
    if not systems:
        return None
    winner = max(systems, key=lambda one: one.at("best", _RATE, "p50").number or 0.0)
    title = speaker.t(
        "serving.frontier.title",
        best=_name(winner),
        rate=winner.at("best", _RATE, "p50").value,
        low=winner.at("best", _RATE, "p05").value,
        high=winner.at("best", _RATE, "p95").value,
    )
    curves = tuple(BandCurve(_name(one), _points(one.at("frontier"))) for one in systems)
    rows = [row for one in systems for row in _rows(speaker, one, one.at("frontier"))]
    return _panel(speaker, title, speaker.t("serving.frontier.subtitle"), curves, rows, 0)


def curve_panels(speaker: Speaker) -> list[Panel]:
    """Return the curve of each system's best deployment, each with the look it has above."""
    return [_curve_panel(speaker, one, look) for look, one in enumerate(_systems(speaker))]


def phase_rows(speaker: Speaker, phase: str) -> list[PhaseRow]:
    """Return the systems in a phase, ``decode`` or ``prefill``; the reference is the last."""
    return [
        PhaseRow(
            system=row.at("system").text or "",
            engine=row.at("engine").text or "",
            layout=row.at(f"{phase}_layout").text or "",
            rate=speaker.interval(row.at(phase)),
            ratio=speaker.interval(row.at(f"{phase}_ratio")),
        )
        for row in speaker.root.at("phases").items
    ]


def notes(speaker: Speaker) -> list[str]:
    """Return what stands behind the figures of all systems, each sentence once."""
    said = [speaker.say(note) for one in _systems(speaker) for note in one.at("notes").items]
    return list(dict.fromkeys(said))


def limit(speaker: Speaker, name: str) -> str:
    """Return a limit of the question, or the word for none."""
    node = speaker.root.at("question", name)
    return speaker.t("serving.no_limit") if node.number is None else speaker.number(node)


def _curve_panel(speaker: Speaker, system: Node, look: int) -> Panel:
    best = system.at("best")
    title = speaker.t(
        "serving.curve.title",
        system=_name(system),
        rate=best.at(_RATE, "p50").value,
        low=best.at(_RATE, "p05").value,
        high=best.at(_RATE, "p95").value,
        tpot=best.at("tpot_ms", "p50").value,
        alone=system.at("curve", 0, "tpot_ms", "p50").value,
    )
    subtitle = speaker.t(
        "serving.curve.subtitle",
        layout=best.at("layout").value,
        engine=best.at("engine").value,
    )
    curve = BandCurve(_name(system), _points(system.at("curve")))
    return _panel(
        speaker, title, subtitle, (curve,), _rows(speaker, system, system.at("curve")), look
    )


def _panel(
    speaker: Speaker,
    title: str,
    subtitle: str,
    curves: tuple[BandCurve, ...],
    rows: list[PanelRow],
    look: int,
) -> Panel:
    wanted = speaker.root.at("question", "tpot_ms")
    chart = TradeoffChart(
        title=title,
        x_axis=speaker.t("serving.axis.tpot"),
        y_axis=speaker.t("serving.axis.rate"),
        language=speaker.language.value,
        curves=curves,
        write_x=lambda value: figures.number(value, speaker.language),
        write_y=lambda value: figures.number(value, speaker.language),
        line_at=wanted.number,
        line_label="" if wanted.number is None else speaker.t("serving.limit", tpot=wanted.value),
        first_look=look,
    )
    return panel(
        title,
        subtitle,
        lambda sheet: draw_tradeoff(chart, sheet),
        backing=NO_SOURCES,
        rows=tuple(rows),
        how=_systems(speaker)[0].at("best", "how").text,
    )


def _systems(speaker: Speaker) -> tuple[Node, ...]:
    return speaker.root.at("systems").items


def _name(system: Node) -> str:
    return system.at("name").text or ""


def _points(nodes: Node) -> tuple[BandPoint, ...]:
    found = []
    for node in nodes.items:
        rate, tpot = quantiles_of(node.at(_RATE)), node.at("tpot_ms", "p50").number
        if rate is not None and tpot is not None:
            found.append(BandPoint(tpot, *rate))
    return tuple(found)


def _rows(speaker: Speaker, system: Node, nodes: Node) -> list[PanelRow]:
    return [
        PanelRow(
            speaker.t(
                "serving.point",
                system=_name(system),
                tpot=node.at("tpot_ms", "p50").value,
                layout=node.at("layout").value,
            ),
            speaker.interval(node.at(_RATE)),
            node.at(_RATE, "p50").pointer,
        )
        for node in nodes.items
    ]
