"""Trees: order, chances, and that merging regimes loses none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.planning import ProblemError, Tree, single_path, tree_from_chain


def _chain(seed, quarters, regimes):
    draw = np.random.default_rng(seed)
    steps = draw.dirichlet(np.ones(regimes), size=(quarters - 1, regimes))
    return steps, draw.dirichlet(np.ones(regimes))


@given(seed=st.integers(0, 10_000), quarters=st.integers(2, 8), regimes=st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_tree_keeps_the_distribution_of_the_chain_in_every_quarter(seed, quarters, regimes):
    steps, start = _chain(seed, quarters, regimes)
    branching = {t: 1 + (seed + t) % 3 for t in range(1, min(quarters, 4))}
    tree = tree_from_chain(steps, start, branching=branching)
    belief = start
    for stage in range(quarters):
        nodes = tree.at_stage(stage)
        np.testing.assert_allclose(tree.probability[nodes] @ tree.belief[nodes], belief, atol=1e-12)
        belief = belief @ steps[stage] if stage < quarters - 1 else belief


def test_three_branchings_of_three_give_27_leaves():
    steps, start = _chain(1, 12, 4)
    tree = tree_from_chain(steps, start, branching={1: 3, 3: 3, 6: 3})
    assert len(tree.leaves) == 27
    assert tree.n_stages == 12


def test_ancestors_follow_parents():
    steps, start = _chain(2, 5, 3)
    tree = tree_from_chain(steps, start, branching={1: 2, 3: 2})
    leaf = int(tree.leaves[-1])
    path = tree.path(leaf)
    assert path[0] == 0
    assert [int(tree.parent[node]) for node in path[1:]] == path[:-1].tolist()
    assert tree.ancestors[len(path) - 1, leaf] == 0
    assert tree.below(int(path[1])).sum() < tree.n_nodes


def test_single_path_has_the_mean_belief():
    steps, start = _chain(3, 4, 3)
    tree = tree_from_chain(steps, start, branching={1: 3, 2: 3})
    path = single_path(tree)
    last = tree.leaves
    np.testing.assert_allclose(path.belief[-1], tree.probability[last] @ tree.belief[last])


def test_reweighting_leaves_carries_up_to_the_root():
    steps, start = _chain(4, 4, 2)
    tree = tree_from_chain(steps, start, branching={1: 2, 2: 2})
    weights = np.full(len(tree.leaves), 1.0 / len(tree.leaves))
    again = tree.reweighted(weights)
    assert again.probability[0] == pytest.approx(1.0)
    np.testing.assert_allclose(again.probability[again.leaves], weights)


@pytest.mark.parametrize(
    ("parent", "stage", "probability", "field"),
    [
        ([-1, 0, 2], [0, 1, 1], [1.0, 0.5, 0.5], "tree.parent"),
        ([-1, 0, 0], [0, 1, 2], [1.0, 0.5, 0.5], "tree.stage"),
        ([-1, 0, 0], [0, 1, 1], [1.0, 0.5, 0.4], "tree.probability"),
        ([-1, 0, 0], [0, 1, 1], [1.0, 1.5, -0.5], "tree.probability"),
        ([0, 0, 0], [0, 1, 1], [1.0, 0.5, 0.5], "tree.parent"),
        ([-1, 0, 0, 1], [0, 1, 1, 2], [1.0, 0.5, 0.5, 0.5], "tree.parent"),
    ],
)
def test_what_is_no_tree_is_refused_by_field(parent, stage, probability, field):
    with pytest.raises(ProblemError) as caught:
        Tree(
            parent=np.array(parent),
            stage=np.array(stage),
            probability=np.array(probability),
            belief=np.ones((len(parent), 1)),
            regimes=("r",),
        )
    assert caught.value.fieldname == field


def test_branching_outside_the_horizon_is_refused():
    steps, start = _chain(5, 3, 2)
    with pytest.raises(ProblemError, match="branching"):
        tree_from_chain(steps, start, branching={3: 2})


def test_a_tree_that_explodes_is_refused():
    steps, start = _chain(5, 12, 4)
    with pytest.raises(ProblemError, match="nodes"):
        tree_from_chain(steps, start, branching=dict.fromkeys(range(1, 12), 4))


def test_rows_that_are_no_distribution_are_refused():
    steps, start = _chain(6, 3, 2)
    with pytest.raises(ProblemError, match="sum to one"):
        tree_from_chain(steps * 0.9, start, branching={})


def test_a_signal_splits_by_its_mask_and_refuses_what_it_cannot_tell():
    steps = np.stack([np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.0, 0.1, 0.9]])] * 3)
    start = np.array([1.0, 0.0, 0.0])
    mask = np.array([True, False, False])
    tree = tree_from_chain(steps, start, branching={2: 3}, signals={1: mask})
    children = tree.at_stage(1)
    assert tree.probability[children] == pytest.approx([0.7, 0.3])
    np.testing.assert_allclose(tree.belief[children], [[1, 0, 0], [0, 2 / 3, 1 / 3]])
    for signals in ({2: mask}, {9: mask}, {1: np.array([True])}):
        with pytest.raises(ProblemError, match="signals"):
            tree_from_chain(steps, start, branching={2: 3}, signals=signals)
