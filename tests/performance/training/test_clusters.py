from __future__ import annotations

from itertools import pairwise

import pytest

from narrows.catalog import load_catalog
from narrows.core import RefusalError
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import hardware_of
from narrows.performance.shape import shape_of
from narrows.performance.training import Job
from narrows.performance.training.clusters import (
    SERVER_PACKAGES,
    ClusterRuns,
    cluster_runs,
    cluster_sizes,
    unbeaten,
)

CATALOG = load_catalog()
LLAMA = shape_of(dimensions_of(CATALOG.model("llama-3.1-70b")))
H200 = hardware_of(CATALOG.chip("nv-h200-sxm"), CATALOG.system("dgx-h200"))
JOB = Job(sequence=4096, batch=512)


def runs(*, tokens: float = 1e12, price: float | None = 2.0, sizes=(8, 64, 128, 256, 512)):
    return cluster_runs(
        LLAMA,
        H200,
        system="dgx-h200",
        job=JOB,
        tokens=tokens,
        sizes=sizes,
        chip_hour_price=price,
    )


FOUND = runs()


def test_sizes_are_whole_servers_an_eighth_apart() -> None:
    sizes = cluster_sizes(5000)
    assert sizes[0] == SERVER_PACKAGES
    assert sizes[-1] <= 5000
    assert all(size % SERVER_PACKAGES == 0 for size in sizes)
    big = [size for size in sizes if size >= 8 * SERVER_PACKAGES]
    assert all(low < high <= low * 1.126 for low, high in pairwise(big))


@pytest.mark.parametrize("at_most", [0, 7, 10**9])
def test_no_cluster_is_refused(at_most) -> None:
    with pytest.raises(RefusalError, match="no cluster"):
        cluster_sizes(at_most)


def test_a_cluster_too_small_for_the_model_says_why() -> None:
    assert [chips for chips, _ in FOUND.refused] == [8]
    assert "no layout fits" in FOUND.refused[0][1]
    assert FOUND.tried == 512


def test_more_chips_take_fewer_days_and_more_chip_hours_pay_more() -> None:
    days = [each.run.days.p50 for each in FOUND.runs]
    assert days == sorted(days, reverse=True)
    for each in FOUND.runs:
        assert each.cost is not None
        assert each.cost.p50 == pytest.approx(2.0 * each.chip_hours)


def test_the_smallest_in_time_is_the_first_in_time() -> None:
    within = FOUND.runs[1].run.days.p50 * 1.0001
    found = FOUND.smallest(within)
    assert found is FOUND.runs[1]
    surely = FOUND.smallest_surely(within)
    assert surely is not None
    assert surely.chips > found.chips
    assert surely.run.days.p95 <= within
    assert FOUND.smallest(1e-3) is None


def test_unbeaten_are_those_that_no_other_beats_on_every_count() -> None:
    kept = unbeaten(FOUND.runs)
    assert kept

    def costs(each):
        return (each.run.days.p50, each.cost.p50, each.plan.peak_mem_gib.p50)

    for each in FOUND.runs:
        beaten = any(
            all(a <= b for a, b in zip(costs(other), costs(each), strict=True))
            and costs(other) != costs(each)
            for other in FOUND.runs
        )
        assert (each in kept) != beaten


def test_nothing_to_compare() -> None:
    assert unbeaten(()) == ()
    assert ClusterRuns(system="x", runs=(), refused=((8, "small"),)).smallest(9.0) is None
