"""How one instance of a model is spread over devices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.shape import Shape


@dataclass(frozen=True, slots=True)
class Layout:
    """Parallel degrees, one entry a candidate, all arrays of one shape.

    ``tp`` shards attention, ``dp`` replicates it, ``pp`` splits the layers; routed experts are
    spread over ``ep`` groups of ``expert_tp`` devices each, with ``ep * expert_tp = tp * dp``.
    """

    tp: Array
    pp: Array
    dp: Array
    ep: Array

    @property
    def devices(self) -> Array:
        """Devices of one instance."""
        return self.tp * self.pp * self.dp

    @property
    def expert_tp(self) -> Array:
        """Devices that share one expert's matrices."""
        return self.tp * self.dp / self.ep

    def __len__(self) -> int:
        return int(np.size(self.tp))

    def at(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Layout:
        """Return a selection of the candidates."""
        return Layout(self.tp[index], self.pp[index], self.dp[index], self.ep[index])


def layout(tp: float = 1, pp: float = 1, dp: float = 1, ep: float = 1) -> Layout:
    """Return a layout of one candidate."""
    return Layout(array([tp]), array([pp]), array([dp]), array([ep]))


def replica(spread: Layout) -> Array:
    """Return the devices that hold one replica of attention: of all stages."""
    return spread.tp * spread.pp


def stage_share(layers: int, spread: Layout) -> Array:
    """Return the share of the layers that the fullest pipeline stage has: 8 of 61 with eight."""
    return array(np.ceil(layers / spread.pp) / layers)


def candidates(shape: Shape, devices: int, *, domain: int) -> Layout:
    """Return every layout of ``devices`` devices that the model's dimensions allow.

    Tensor parallelism stays inside the scale-up domain and divides the heads; expert parallelism
    is either absent or spans all devices of a stage, as engines offer it.
    """
    rows = [
        (tp, pp, devices // (tp * pp), ep)
        for tp in _divisors(devices)
        if tp <= domain and shape.heads % tp == 0
        for pp in _divisors(devices // tp)
        if shape.layers >= pp and pp <= PIPELINE_MAX
        for ep in _expert_degrees(shape, devices // pp)
    ]
    tp, pp, dp, ep = (array(column) for column in zip(*rows, strict=True))
    return Layout(tp, pp, dp, ep)


PIPELINE_MAX = 8
"""No published serving run uses more pipeline stages; each adds its latency to every token."""


def _expert_degrees(shape: Shape, stage_devices: int) -> tuple[int, ...]:
    if shape.moe_layers == 0:
        return (1,)
    whole = stage_devices if shape.experts % stage_devices == 0 else 1
    return (1,) if whole == 1 else (1, whole)


def _divisors(n: int) -> tuple[int, ...]:
    return tuple(d for d in range(1, n + 1) if n % d == 0)


def joined(layouts: list[Layout]) -> Layout:
    """Return several sets of candidates as one."""
    columns = zip(*((x.tp, x.pp, x.dp, x.ep) for x in layouts), strict=True)
    return Layout(*(np.concatenate(column) for column in columns))
