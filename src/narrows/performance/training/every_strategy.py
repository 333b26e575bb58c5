"""Every value of every degree of freedom that the model has: the space of a sweep."""

from __future__ import annotations

from narrows.performance.pipeline import Schedule
from narrows.performance.shape import Shape
from narrows.performance.training.job import Cluster, Job
from narrows.performance.training.offload import EVERY_OFFLOAD, NO_OFFLOAD
from narrows.performance.training.space import Space, divisors
from narrows.performance.training.strategy import ContextExchange

TOKENS_MIN = 128
"""A context rank with fewer tokens than a tile of a product has rows gains nothing."""


def every_strategy(shape: Shape, cluster: Cluster, job: Job) -> Space:
    """Return the space of all that the model tells apart.

    Tensor ranks may leave the scale-up domain, micro-batches take every size that divides, a rank
    any number of chunks that divides well enough, recomputation any number of a rank's layers, and
    the host whatever can move, where it is known.
    """
    heads = int(shape.heads)
    ranks = divisors(cluster.devices)
    return Space(
        tensor=tuple(t for t in ranks if heads % t == 0),
        context=tuple(c for c in ranks if job.sequence >= TOKENS_MIN * c),
        context_exchange=tuple(ContextExchange),
        micro_batch=tuple(divisors(job.batch)),
        chunks=tuple(range(1, int(shape.layers) + 1)),
        recomputed_share=None,
        schedule=tuple(Schedule),
        sequence_parallel=(True, False),
        offload=(NO_OFFLOAD,) if cluster.hardware.host.missing else EVERY_OFFLOAD,
    )
