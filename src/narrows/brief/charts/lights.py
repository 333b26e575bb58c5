"""The light of a gate: a shape for each state, so that it reads in grey and in any fount."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from markupsafe import Markup

from narrows.core import GateState

_CIRCLE = {"cx": "12", "cy": "12", "r": "9"}
_LEFT_HALF = "M12 3 A9 9 0 0 0 12 21 Z"
_RIGHT_HALF = "M12 3 A9 9 0 0 1 12 21 Z"


def draw_light(state: GateState) -> Markup:
    """Return the light of a state; :func:`draw_shapes` must stand once on the same page.

    Its meaning stands beside it as a word, so the drawing itself is hidden from screen readers.
    """
    root = ET.Element("svg", {"class": f"light {state.value}", "aria-hidden": "true"})
    ET.SubElement(root, "use", {"href": f"#light-{state.value}"})
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - built as a tree


def draw_shapes() -> Markup:
    """Return the shape of every state, drawn once and shown by each light."""
    root = ET.Element(
        "svg", {"class": "shapes", "width": "0", "height": "0", "aria-hidden": "true"}
    )
    for state in GateState:
        root.append(_shape(state))
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - built as a tree


def _shape(state: GateState) -> ET.Element:
    shape = ET.Element("symbol", {"id": f"light-{state.value}", "viewBox": "0 0 24 24"})
    ET.SubElement(shape, "circle", {"class": f"ring {state.value}", **_CIRCLE})
    if state is GateState.OPEN:
        ET.SubElement(shape, "circle", {"class": f"fill {state.value}", **_CIRCLE})
    if state is GateState.CONDITIONAL:
        ET.SubElement(shape, "path", {"class": f"fill {state.value}", "d": _LEFT_HALF})
    if state is GateState.DISCRETIONARY:
        ET.SubElement(shape, "path", {"class": f"fill {state.value}", "d": _RIGHT_HALF})
    if state is GateState.UNKNOWN:
        sign = ET.SubElement(shape, "text", {"x": "12", "y": "16.5", "text-anchor": "middle"})
        sign.text = "?"
    if state is GateState.NOT_CHECKED:
        ET.SubElement(shape, "path", {"class": f"dash {state.value}", "d": "M8 12 H16"})
    return shape
