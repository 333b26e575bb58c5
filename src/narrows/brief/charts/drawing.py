"""A sheet of SVG to draw on. Elements are built as a tree, so a hostile name cannot break out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from xml.etree import ElementTree as ET

from markupsafe import Markup

from narrows.brief.cells import width_of

Anchor: TypeAlias = Literal["start", "middle", "end"]
Point: TypeAlias = tuple[float, float]

TEXT_PX = 13.0
"""Size of text on a chart; the sheet is shown at its natural width, so it is what the eye gets."""
_HALF_WIDTH_EM = 0.58
"""Width of one terminal column in ems: a Latin letter is about this wide, a Han character 1 em."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The size of a drawing. A page carries each chart twice: for a desk and for a phone."""

    width: float
    narrow: bool


WIDE = Sheet(680.0, narrow=False)
NARROW = Sheet(340.0, narrow=True)


class Drawing:
    """An SVG under construction. Coordinates are pixels from the upper left corner."""

    def __init__(self, sheet: Sheet, height: float, *, title: str, language: str) -> None:
        self._root = ET.Element(
            "svg",
            {
                "class": f"chart {'narrow' if sheet.narrow else 'wide'}",
                "viewBox": f"0 0 {_px(sheet.width)} {_px(height)}",
                "width": _px(sheet.width),
                "height": _px(height),
                "role": "img",
                "lang": language,
                "aria-label": title,
            },
        )

    def line(self, start: Point, end: Point, style: str) -> None:
        """Draw a straight line."""
        ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
        self._add("line", style, **{key: _px(value) for key, value in ends.items()})

    def polyline(self, points: Sequence[Point], style: str) -> None:
        """Draw a line through points."""
        self._add("polyline", style, points=_points(points))

    def area(self, points: Sequence[Point], style: str) -> None:
        """Fill the polygon of points."""
        self._add("polygon", style, points=_points(points))

    def dot(self, centre: Point, radius: float, style: str) -> None:
        """Draw a dot."""
        self._add("circle", style, cx=_px(centre[0]), cy=_px(centre[1]), r=_px(radius))

    def box(self, corner: Point, width: float, height: float, style: str) -> None:
        """Fill a rectangle given its upper left corner."""
        size = {"width": _px(width), "height": _px(height)}
        self._add("rect", style, x=_px(corner[0]), y=_px(corner[1]), **size)

    def text(self, at: Point, words: str, style: str, anchor: Anchor = "start") -> None:
        """Write text whose baseline starts, ends or is centred at a point."""
        attributes = {"x": _px(at[0]), "y": _px(at[1]), "text-anchor": anchor}
        self._add("text", style, **attributes).text = words

    def render(self) -> Markup:
        """Return the SVG element, escaped and safe to put on a page."""
        return Markup(ET.tostring(self._root, encoding="unicode"))  # noqa: S704 - built as a tree

    def _add(self, kind: str, style: str, **attributes: str) -> ET.Element:
        return ET.SubElement(self._root, kind, {"class": style, **attributes})


def text_px(words: str) -> float:
    """Return about how wide a text is on a chart, in pixels."""
    return width_of(words) * _HALF_WIDTH_EM * TEXT_PX


def _px(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{_px(x)},{_px(y)}" for x, y in points)
