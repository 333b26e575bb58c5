"""Two builders that share no code must agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from narrows.planning import MipLimits, relax, solve

EXACT = MipLimits(gap=0.0, nodes=100_000)


def _relaxed_difference(problem, twin):
    ours, theirs = relax(problem).objective, twin(problem).objective()
    return abs(ours - theirs) / max(abs(theirs), 1.0)


@pytest.mark.parametrize("seed", [4, 5, 6, 9, 13, 15, 34])
def test_relaxation_equals_the_twin(seed, random_problem, twin):
    assert _relaxed_difference(random_problem(seed), twin) < 1e-6


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 160))
def test_relaxation_equals_the_twin_on_many(seed, random_problem, twin):
    assert _relaxed_difference(random_problem(seed), twin) < 1e-6


@pytest.mark.parametrize("seed", [1, 8, 12, 14, 20, 21, 34])
def test_whole_plan_equals_the_twin(seed, random_problem, twin):
    problem = random_problem(seed)
    whole = replace(problem, here_and_now=problem.tree.n_stages)
    theirs = twin(problem, whole=True).objective()
    assert solve(whole, EXACT).objective == pytest.approx(theirs, rel=1e-6, abs=1.0)
