"""Heads of keys and values are not split: ranks beyond their number keep copies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.performance.arrays import xp
from narrows.performance.dimensions import Dimensions
from narrows.performance.shape import shape_of
from narrows.performance.training.buckets import buckets
from narrows.performance.training.strategy import Strategy, as_arrays
from narrows.performance.training.widths import kept_columns, projected_columns

PLAIN = Dimensions(layers=4, hidden=4096, heads=32, kv_heads=4, ffn=11008, vocab=1000, tied=True)
"""Head width 128."""


@pytest.mark.parametrize(
    ("tensor", "key_heads_of_a_rank"), [(1, 4), (2, 2), (4, 1), (8, 1), (16, 1)]
)
def test_a_rank_projects_whole_heads(tensor, key_heads_of_a_rank) -> None:
    columns = float(projected_columns(shape_of(PLAIN), xp.array(float(tensor))))
    assert columns == (32 / tensor + 2 * key_heads_of_a_rank) * 128


def test_parameters_and_kept_activations_of_a_rank_do_not_shrink_below_one_head() -> None:
    shape = shape_of(PLAIN)
    held = buckets(shape, as_arrays([Strategy(tensor=t) for t in (1, 8)])).tensor
    split = 4096 * (32 + 32) * 128 / 8
    copied = 4096 * 2 * 128
    per_layer = held[1] - float(shape.table_parameters) / 8
    assert per_layer / 4 - float(shape.dense_ffn_parameters) / 8 == pytest.approx(split + copied)
    assert float(kept_columns(shape, xp.array(8.0))) == (4 + 2) * 128


def test_as_many_key_heads_as_heads_is_plain_attention() -> None:
    grouped, plain = (shape_of(replace(PLAIN, kv_heads=each)) for each in (32, None))
    for tensor in (1.0, 8.0, 32.0):
        rank = xp.array(tensor)
        assert grouped.attention_parameters_of(rank) == plain.attention_parameters_of(rank)
        assert np.isclose(plain.attention_parameters_of(rank) * tensor, 4 * 4096**2)
