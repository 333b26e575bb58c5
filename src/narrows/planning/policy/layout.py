"""Which column of the state vector holds what, by name: to carry cuts from graph to graph."""

from __future__ import annotations

from dataclasses import fields
from typing import TypeAlias

from narrows.planning.affine import Affine
from narrows.planning.blocks.banks import weight_unit
from narrows.planning.columns import ColumnBook
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.state import declare_state

Layout: TypeAlias = dict[tuple[str, int], tuple[int, float]]
"""From grid and cell to column, and what one unit of the column is."""


def state_layout(graph: PolicyGraph) -> Layout:
    """Return where each cell of the state stands; shares are in units of their largest weight."""
    state = declare_state(graph, ColumnBook())
    layout: Layout = {}
    for field in fields(state):
        grids = getattr(state, field.name)
        if isinstance(grids, Affine):
            _place(layout, field.name, grids, 1.0)
            continue
        for number, grid in enumerate(grids):
            unit = weight_unit(graph.shares[number]) if field.name == "shares" else 1.0
            _place(layout, f"{field.name}/{number}", grid, unit)
    return layout


def _place(layout: Layout, name: str, grid: Affine, unit: float) -> None:
    for cell, column in zip(grid.cell, grid.column, strict=True):
        layout[name, int(cell)] = (int(column), unit)
