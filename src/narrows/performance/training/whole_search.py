"""The fastest layouts of every strategy that the model tells apart, as a search answers."""

from __future__ import annotations

from narrows.performance.calibration import Calibration, packaged
from narrows.performance.shape import Shape
from narrows.performance.training.job import Cluster, Job
from narrows.performance.training.predict import predict
from narrows.performance.training.search import SearchResult, searched
from narrows.performance.training.space import Space
from narrows.performance.training.sweep import Watch, sweep, unwatched


def search_whole(
    shape: Shape,
    cluster: Cluster,
    *,
    job: Job,
    space: Space,
    top: int = 5,
    calibration: Calibration | None = None,
    watch: Watch = unwatched,
) -> SearchResult:
    """Return the fastest layouts that fit, without the front of leaner ones.

    A space too large to be a table has no front, which would need every candidate.

    Raises
    ------
    RefusalError
        No layout fits.
    """
    used = calibration or packaged()
    found = sweep(shape, cluster, job=job, space=space, top=top, calibration=used, watch=watch)
    by_host = {"host_memory": found.pruned_by_host} if found.pruned_by_host else {}
    return SearchResult(
        ranked=tuple(
            searched(predict(shape, cluster, job=job, strategy=each.strategy, calibration=used))
            for each in found.ranked
        ),
        front=(),
        evaluated=found.evaluated,
        pruned=found.pruned,
        excluded={**found.excluded, **by_host},
    )
