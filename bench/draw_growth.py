"""Draw how the policy graph's cost grows with quarters, regimes and shocks.

    narrows bench planning --json > rows.json
    python bench/draw_growth.py rows.json docs/planning-growth.svg

Reads the rows ``policy_graph_growth_*`` and writes a stand-alone SVG: CPU seconds of one walk
against size, both on logarithmic axes, a fitted power law through each.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

from narrows.brief.charts.drawing import TEXT_PX, Drawing, Sheet, text_px
from narrows.brief.charts.fan import spread

PREFIX = "policy_graph_growth_"
WIDTH_PX, PLOT_PX, TOP_PX, FOOT_PX, LEFT_PX = 680.0, 300.0, 66.0, 64.0, 62.0
STYLES = ("a", "b", "c")
LOOK = """
svg { background: #fcfcfa; font: 13px system-ui, sans-serif; }
text { fill: #1a1a1a; } .title { font-weight: 600; font-size: 15px; } .quiet { fill: #5a5a5a; }
.grid { stroke: #dddad2; } polyline { fill: none; stroke-width: 2.2; }
polyline.a { stroke: #0072b2; } polyline.b { stroke: #d55e00; stroke-dasharray: 7 3; }
polyline.c { stroke: #009e73; stroke-dasharray: 2 3; }
circle.a, text.a { fill: #0072b2; } circle.b, text.b { fill: #d55e00; }
circle.c, text.c { fill: #009e73; }
"""


class Axis:
    """A logarithmic axis between two powers of two."""

    def __init__(self, values: list[float], start_px: float, end_px: float) -> None:
        self.first = math.floor(math.log2(min(values)))
        self.last = math.ceil(math.log2(max(values)))
        self.start_px, self.end_px = start_px, end_px

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        part = (math.log2(value) - self.first) / (self.last - self.first)
        return self.start_px + part * (self.end_px - self.start_px)

    @property
    def marks(self) -> list[float]:
        """The powers of two."""
        return [2.0**power for power in range(self.first, self.last + 1)]


def draw(rows: list[dict]) -> str:
    """Return the chart of the growth rows."""
    fits = [row for row in rows if row["name"].startswith(PREFIX)]
    if not fits:
        raise SystemExit(f"no row is named {PREFIX}*; run: narrows bench planning --json")
    fastest = max(fits, key=lambda row: row["exponent"])
    title = f"Twice the {fastest['dimension']} costs {2 ** fastest['exponent']:.1f} times the walk"
    drawing = Drawing(
        Sheet(WIDTH_PX, narrow=False), TOP_PX + PLOT_PX + FOOT_PX, title=title, language="en"
    )
    drawing.text((8.0, 20.0), title, "title")
    subtitle = "CPU seconds of one walk of the policy graph (12 quarters × 4 regimes × 4 shocks,"
    drawing.text((8.0, 39.0), subtitle, "quiet")
    drawing.text((8.0, 55.0), "one dimension changed at a time); logarithmic axes", "quiet")
    names = [
        f"{fit['dimension']}: power {fit['exponent']:.2f} ± {fit['standard_error']:.2f}"
        for fit in fits
    ]
    right = WIDTH_PX - 16.0 - max(text_px(name) for name in names)
    bottom = TOP_PX + PLOT_PX
    x = Axis([size for fit in fits for size in fit["sizes"]], LEFT_PX + 8.0, right)
    y = Axis([taken for fit in fits for taken in fit["walk_cpu_s"]], bottom, TOP_PX + 8.0)
    for mark in y.marks:
        drawing.line((LEFT_PX, y(mark)), (right, y(mark)), "grid")
        drawing.text((LEFT_PX - 6.0, y(mark) + TEXT_PX * 0.35), f"{mark:.3g}", "quiet", "end")
    for mark in x.marks:
        drawing.text((x(mark), bottom + 20.0), f"{mark:g}", "quiet", "middle")
    drawing.text((right, bottom + 38.0), "quarters, regimes or shocks", "quiet", "end")
    ends = []
    for fit, name, style in zip(fits, names, STYLES, strict=True):
        points = list(zip(fit["sizes"], fit["walk_cpu_s"], strict=True))
        drawing.polyline([(x(size), y(taken)) for size, taken in fitted(fit)], style)
        for size, taken in points:
            drawing.dot((x(size), y(taken)), 3.5, style)
        ends.append((y(fitted(fit)[-1][1]), name, style))
    for at, name, style in spread(ends, TEXT_PX + 4.0):
        drawing.text((right + 10.0, at + TEXT_PX * 0.35), name, style)
    foot = "Synthetic instance; one run on a shared machine; least squares on logarithms."
    drawing.text((8.0, bottom + 58.0), foot, "quiet")
    svg = str(drawing.render()).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    head = svg.index(">") + 1
    return f"{svg[:head]}<style>{LOOK}</style>{svg[head:]}\n"


def fitted(fit: dict) -> list[tuple[float, float]]:
    """Return the ends of the fitted power law."""
    sizes, taken = fit["sizes"], fit["walk_cpu_s"]
    logs = [
        math.log(one) - fit["exponent"] * math.log(size)
        for size, one in zip(sizes, taken, strict=True)
    ]
    level = math.exp(sum(logs) / len(logs))
    return [(size, level * size ** fit["exponent"]) for size in (sizes[0], sizes[-1])]


def main() -> None:
    """Read rows, write the chart."""
    source, target = (Path(argument) for argument in sys.argv[1:3])
    target.write_text(draw(json.loads(source.read_text())["rows"]), encoding="utf-8")


if __name__ == "__main__":
    main()
