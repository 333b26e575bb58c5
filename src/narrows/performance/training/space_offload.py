"""The degree of freedom that is what lives on the host, and which of its values a row may take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from narrows.performance.arrays import Array
from narrows.performance.offload import LAYERS_IN_TRANSIT
from narrows.performance.shape import Shape
from narrows.performance.training.job import Cluster
from narrows.performance.training.offload import (
    Offload,
    Offloads,
    gradients_are_own,
    offload_arrays,
)
from narrows.performance.training.table import Table, layers_of


def grow_offload(table: Table, shape: Shape, cluster: Cluster, offload: Sequence[Offload]) -> None:
    """Cross every row with every choice, and drop those that cannot exist on this cluster."""
    table.grow("offload", [float(place) for place in range(len(offload))])
    moved = _moved(table.columns["offload"], offload)
    if cluster.hardware.host.missing:
        table.keep(~moved.anything, "host_unknown")
        moved = _moved(table.columns["offload"], offload)
    columns = table.columns
    own = gradients_are_own(columns["zero"], columns["data"] * columns["context"])
    table.keep(own | (moved.gradients == 0.0), "gradients_summed_on_device")
    moved = _moved(table.columns["offload"], offload)
    passing = moved.copied + moved.gradients + moved.weights > 0.0
    few = layers_of(table, shape) <= LAYERS_IN_TRANSIT
    table.keep(~(passing & few), "offload_without_layers")


def _moved(places: Array, offload: Sequence[Offload]) -> Offloads:
    return offload_arrays(offload).take(places.astype(np.intp))


def offloads_of(places: Array, offload: Sequence[Offload]) -> Offloads | None:
    """Return the flags of every row, ``None`` where no choice offloads anything."""
    return _moved(places, offload) if any(each.words for each in offload) else None
