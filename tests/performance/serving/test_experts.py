from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.serving.arrays import array
from narrows.performance.serving.experts import (
    busiest_rank,
    experts_met,
    experts_touched,
    largest_of,
    most_touched,
    nodes_met,
)


def test_distinct_experts_of_a_batch():
    touched = experts_touched(256, 8, np.array([1.0, 8.0, 32.0, 128.0]))
    assert np.round(touched).tolist() == [8, 57, 163, 252]


def test_every_expert_is_touched_when_all_are_chosen():
    assert experts_touched(8, 8, np.array(1.0)) == pytest.approx(8)


def test_a_token_meets_its_experts_however_popular_they_are():
    met = experts_met(128, 4, np.array(1.0), np.array([0.1, 1.0, 3.0]))
    assert met == pytest.approx([4, 4, 4])


def test_all_experts_alike_are_met_as_under_even_routing():
    tokens = np.array([1.0, 8.0, 64.0])
    met = experts_met(256, 8, tokens, np.array(1e-3))
    assert met == pytest.approx(experts_touched(256, 8, tokens), rel=1e-4)


def test_popular_experts_are_met_as_in_a_draw():
    rng = np.random.default_rng(3)
    experts, per_token, tokens, popularity = 128, 4, 32, 1.5
    shape = popularity**-2
    chance = rng.beta(shape, shape * (experts / per_token - 1), (20_000, experts))
    drawn = (1 - (1 - chance) ** tokens).sum(axis=1).mean()
    met = experts_met(experts, per_token, np.array(float(tokens)), np.array(popularity))
    assert met == pytest.approx(drawn, rel=0.01)


def test_the_more_uneven_the_fewer_experts_are_met():
    met = experts_met(256, 8, np.array(32.0), np.array([0.2, 0.8, 1.6, 3.2]))
    assert np.all(np.diff(met) < 0)


def test_eight_experts_over_eight_nodes_meet_five():
    assert nodes_met(np.array(8.0), 8) == pytest.approx(5.25, abs=0.01)


def test_one_rank_is_never_uneven():
    assert busiest_rank(np.array(10.0), np.array(1.0), np.array(0.3)) == 1.0


@pytest.mark.parametrize("ranks", [2, 8, 64, 320])
def test_chance_agrees_with_a_draw(ranks):
    rng = np.random.default_rng(7)
    mean = 200.0
    drawn = rng.poisson(mean, (4000, ranks)).max(axis=1).mean() / mean
    bound = busiest_rank(np.array(mean), np.array(float(ranks)), np.array(0.0))
    assert bound - 1 == pytest.approx(drawn - 1, rel=0.06)


@pytest.mark.parametrize(
    ("ranks", "tokens"), [(8, 1), (8, 4), (8, 32), (16, 2), (64, 8), (256, 16), (320, 64)]
)
def test_the_busiest_rank_reads_as_many_experts_as_in_a_draw(ranks, tokens):
    rng = np.random.default_rng(11)
    picks = rng.random((1000, tokens, 256)).argpartition(8, axis=2)[:, :, :8]
    touched = np.zeros((1000, 256), dtype=bool)
    np.put_along_axis(touched, picks.reshape(1000, -1), values=True, axis=1)
    owner = np.arange(256) * ranks // 256
    counts = np.stack([touched[:, owner == rank].sum(axis=1) for rank in range(ranks)], axis=1)
    most = most_touched(array(counts.mean()), 256, array(ranks))
    assert most == pytest.approx(counts.max(axis=1).mean(), rel=0.1)


def test_one_rank_reads_what_is_touched():
    assert most_touched(array(57.0), 256, array(1.0)) == 57.0


def test_the_largest_of_one_draw_is_its_mean():
    assert largest_of(array([1.0, 8.0])) == pytest.approx([0.0, 1.424], abs=0.02)
