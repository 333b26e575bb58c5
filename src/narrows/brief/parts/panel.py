"""A chart on the page: its finding, what is plotted, the drawing twice, and its foot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from narrows.brief.charts.drawing import NARROW, WIDE, Sheet
from narrows.brief.derivation import Backing
from narrows.brief.node import Node
from narrows.brief.speaker import Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A chart with title (the finding), subtitle (what is plotted) and foot.

    The foot names the sources, the weakest grade and, where known, how the figures were obtained.
    """

    title: str
    subtitle: str
    wide: Markup
    narrow: Markup
    backing: Backing
    rows: tuple[PanelRow, ...] = ()
    how: str | None = None


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One line of the figures behind a chart: a name, a figure, and where it is derived."""

    name: str
    written: str
    pointer: str


def panel(
    title: str,
    subtitle: str,
    draw: Callable[[Sheet], Markup],
    *,
    backing: Backing,
    rows: tuple[PanelRow, ...],
    how: str | None = None,
) -> Panel:
    """Return a panel whose chart is drawn once for a desk and once for a phone."""
    return Panel(
        title=title,
        subtitle=subtitle,
        wide=draw(WIDE),
        narrow=draw(NARROW),
        backing=backing,
        rows=rows,
        how=how,
    )


def known_on(speaker: Speaker) -> Node:
    """Return the day on whose knowledge the result stands."""
    return speaker.root.at("clocks", "as_known_on")
