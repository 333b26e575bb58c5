from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.core import Estimate, RefusalError
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import hardware_of
from narrows.performance.shape import shape_of
from narrows.performance.training import Job
from narrows.performance.training.clusters import ClusterRun, cluster_runs
from narrows.performance.training.job import Cluster
from narrows.performance.training.mix import cheapest_mix

CATALOG = load_catalog()
PLAN = cluster_runs(
    shape_of(dimensions_of(CATALOG.model("llama3-8b"))),
    hardware_of(CATALOG.chip("nv-h200-sxm"), CATALOG.system("dgx-h200")),
    system="dgx-h200",
    job=Job(sequence=4096, batch=64),
    tokens=1e12,
    sizes=(8,),
).runs[0]


def option(system: str, chips: int, days: float, cost: float | None) -> ClusterRun:
    spread = Estimate(days * 0.8, days * 0.9, days, "day", "calibrated")
    money = None if cost is None else Estimate(cost, cost, cost, "money", "calibrated")
    return replace(
        PLAN,
        system=system,
        cluster=Cluster(hardware=PLAN.cluster.hardware, chips=chips),
        run=replace(PLAN.run, days=spread),
        cost=money,
    )


def brute(options, runs: int, days: float, at_most) -> float | None:
    """Return the least cost over all whole numbers of runs by option, for small questions."""
    best = None
    for done in product(range(runs + 1), repeat=len(options)):
        if sum(done) != runs:
            continue
        fits = [floor(days / each.run.days.p95) for each in options]
        if any(n and not f for n, f in zip(done, fits, strict=True)):
            continue
        clusters = [-(-n // f) if n else 0 for n, f in zip(done, fits, strict=True)]
        used = dict.fromkeys(at_most, 0)
        for each, count in zip(options, clusters, strict=True):
            used[each.system] += count * each.chips
        if any(used[name] > at_most[name] for name in used):
            continue
        cost = sum(n * each.cost.p50 for n, each in zip(done, options, strict=True))
        best = cost if best is None else min(best, cost)
    return best


choices = st.tuples(
    st.sampled_from(["a", "b"]),
    st.sampled_from([8, 16, 24]),
    st.integers(2, 30),
    st.integers(1, 50),
)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(choices, min_size=1, max_size=4),
    st.integers(1, 5),
    st.integers(5, 40),
    st.integers(8, 60),
)
def test_the_mix_is_the_cheapest_by_enumeration(drawn, runs, days, limit) -> None:
    options = [option(system, chips, float(d), float(c)) for system, chips, d, c in drawn]
    at_most = {"a": limit, "b": limit}
    expected = brute(options, runs, days, at_most)
    if expected is None:
        with pytest.raises(RefusalError):
            cheapest_mix(options, runs=runs, days=days, at_most=at_most)
        return
    mix = cheapest_mix(options, runs=runs, days=days, at_most=at_most)
    assert mix.cost == pytest.approx(expected)
    assert sum(part.runs for part in mix.parts) == runs
    for part in mix.parts:
        assert part.runs <= part.clusters * floor(days / part.option.run.days.p95)


def test_a_scarce_cheap_system_is_used_first_and_the_rest_goes_elsewhere() -> None:
    options = [option("cheap", 8, 10.0, 1.0), option("dear", 8, 10.0, 5.0)]
    mix = cheapest_mix(options, runs=5, days=25.0, at_most={"cheap": 16, "dear": 64})
    assert {part.option.system: part.runs for part in mix.parts} == {"cheap": 4, "dear": 1}
    assert mix.cost == pytest.approx(9.0)


def test_among_equals_fewer_chips_win() -> None:
    options = [option("a", 24, 10.0, 3.0), option("a", 8, 10.0, 3.0)]
    mix = cheapest_mix(options, runs=1, days=10.0, at_most={"a": 64})
    assert [part.chips for part in mix.parts] == [8]


def test_too_few_chips_say_how_many_runs_they_end() -> None:
    with pytest.raises(RefusalError, match="surely end 2 of 9 runs"):
        cheapest_mix([option("a", 8, 10.0, 1.0)], runs=9, days=20.0, at_most={"a": 8})


def test_without_a_price_or_in_too_short_a_time_there_is_no_mix() -> None:
    with pytest.raises(RefusalError, match="with a price"):
        cheapest_mix([option("a", 8, 10.0, None)], runs=1, days=20.0, at_most={"a": 8})
    with pytest.raises(RefusalError, match="with a price"):
        cheapest_mix([option("a", 8, 10.0, 1.0)], runs=1, days=9.0, at_most={"a": 8})
    with pytest.raises(RefusalError, match="no mix"):
        cheapest_mix([option("a", 8, 10.0, 1.0)], runs=0, days=20.0, at_most={"a": 8})
