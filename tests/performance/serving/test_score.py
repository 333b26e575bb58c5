from __future__ import annotations

import numpy as np
import pytest

from narrows.performance.serving.score import Pair, score, weighted_quantile


def _pair(name, cell, predicted, low=0.5, high=2.0):
    return Pair(
        id=name, group="g", cell=cell, measured=1.0, predicted=predicted, low=low, high=high
    )


def test_cells_count_alike_however_many_rows_they_have():
    many = [_pair(f"a{i}", ("x", "m"), 1.5) for i in range(99)]
    few = [_pair("b", ("x", "n"), 1.1), _pair("c", ("x", "o"), 1.1)]
    found = score("g", many + few, 101)
    assert found.median == pytest.approx(0.1)
    assert found.rows_median == pytest.approx(0.5)


def test_coverage_counts_the_refused():
    assert score("g", [_pair("a", ("x", "m"), 1.0)], 4).coverage == 0.25


def test_intervals_are_counted():
    pairs = [_pair("a", ("x", "m"), 1.0), _pair("b", ("x", "m"), 1.0, low=1.2)]
    assert score("g", pairs, 2).held == 0.5


def test_quantile_of_equal_weights_is_the_plain_one():
    values = np.arange(1.0, 12.0)
    assert weighted_quantile(values, np.ones(11), 0.5) == 6.0


def test_no_pair_is_refused():
    with pytest.raises(ValueError, match="no run"):
        score("g", [], 3)
