"""Columns that a model or a layout leaves without meaning are refused, not ignored."""

from __future__ import annotations

from narrows.core import RefusalError
from narrows.performance.shape import Shape
from narrows.performance.training.row import RunRow

OF_EXPERTS = ("topk", "moe_ffn", "shared_experts")
"""Columns that describe experts."""
OVER_EXPERTS = ("ep", "etp")
"""Degrees that share them."""


def refuse_without_meaning(row: RunRow, shape: Shape) -> None:
    """Refuse experts of a model that has none, and chunks without a pipeline or in two numbers.

    Raises
    ------
    RefusalError
        With the column.
    """
    if float(shape.experts) == 0.0:
        _refuse_experts(row)
    _refuse_chunks(row, float(shape.layers))


def _refuse_experts(row: RunRow) -> None:
    told = [name for name in OF_EXPERTS if getattr(row, name) is not None]
    told += [name for name in OVER_EXPERTS if (getattr(row, name) or 1.0) > 1.0]
    if told:
        raise RefusalError(f"{told[0]} is stated, and the model has no experts", ("experts",))


def _refuse_chunks(row: RunRow, layers: float) -> None:
    if row.vpp_stages is None:
        return
    if row.pp == 1.0 and row.vpp_stages > 1.0:
        raise RefusalError(
            f"vpp_stages {row.vpp_stages:g} needs a pipeline, and pp is 1", ("pp", "vpp_stages")
        )
    if row.layers_per_vpp is None or row.pp is None:
        return
    chunks = layers / row.pp / row.layers_per_vpp
    if round(chunks) != int(row.vpp_stages):
        raise RefusalError(
            f"layers_per_vpp {row.layers_per_vpp:g} makes {chunks:.3g} virtual stages of "
            f"{layers:g} layers on pp {row.pp:g}, and vpp_stages is {row.vpp_stages:g}",
            ("vpp_stages", "layers_per_vpp"),
        )
