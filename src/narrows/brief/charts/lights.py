"""The light of a gate: a shape for each state, so that it reads in grey and in any fount."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from markupsafe import Markup

from narrows.core import GateState

_CIRCLE = {"cx": "12", "cy": "12", "r": "9"}
_LEFT_HALF = "M12 3 A9 9 0 0 0 12 21 Z"
_RIGHT_HALF = "M12 3 A9 9 0 0 1 12 21 Z"


def draw_light(state: GateState) -> Markup:
    """Return the light of a state as an SVG of 24 by 24 pixels.

    Its meaning stands beside it as a word, so the drawing itself is hidden from screen readers.
    """
    root = ET.Element(
        "svg",
        {
            "class": f"light {state.value}",
            "viewBox": "0 0 24 24",
            "width": "24",
            "height": "24",
            "aria-hidden": "true",
        },
    )
    ET.SubElement(root, "circle", {"class": "ring", **_CIRCLE})
    _draw_inside(root, state)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - built as a tree


def _draw_inside(root: ET.Element, state: GateState) -> None:
    if state is GateState.OPEN:
        ET.SubElement(root, "circle", {"class": "fill", **_CIRCLE})
    if state is GateState.CONDITIONAL:
        ET.SubElement(root, "path", {"class": "fill", "d": _LEFT_HALF})
    if state is GateState.DISCRETIONARY:
        ET.SubElement(root, "path", {"class": "fill", "d": _RIGHT_HALF})
    if state is GateState.UNKNOWN:
        sign = ET.SubElement(root, "text", {"x": "12", "y": "16.5", "text-anchor": "middle"})
        sign.text = "?"
    if state is GateState.NOT_CHECKED:
        ET.SubElement(root, "path", {"class": "dash", "d": "M8 12 H16"})
