from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.performance.serving.arrays import array
from narrows.performance.serving.cache import CacheGroup
from narrows.performance.serving.layout import layout
from narrows.performance.serving.memory import sequence_bytes
from narrows.performance.serving.numbers import scheme
from narrows.performance.serving.shape import shape_of


@pytest.mark.parametrize(
    ("name", "bytes_per_token"),
    [
        ("deepseek-v3", 61 * 576 * 2),
        ("llama3-405b", 126 * 2 * 8 * 128 * 2),
        ("qwen2.5-72b", 80 * 2 * 8 * 128 * 2),
    ],
)
def test_cache_of_a_token_by_hand(catalog, name, bytes_per_token):
    shape = shape_of(catalog.models[name])
    kept = sequence_bytes(shape, scheme("bf16", "bf16"), layout(), array(1000.0))
    assert kept == pytest.approx(1000 * bytes_per_token)
    assert bytes_per_token in {70_272, 516_096, 327_680}


def test_latent_attention_does_242_operations_a_byte(catalog):
    (group,) = shape_of(catalog.models["deepseek-v3"]).groups
    assert group.intensity(2.0) == pytest.approx(241.8, abs=0.1)


def test_grouped_attention_does_heads_over_shared_heads_operations_a_byte(catalog):
    (group,) = shape_of(catalog.models["llama3-70b"]).groups
    assert group.intensity(2.0) == pytest.approx(64 / 8)


def test_window_and_selection_bound_what_is_read():
    group = CacheGroup(
        layers=1, elements=1, decode_flops=1, prefill_flops=1, shards=1, window=128, selects=64
    )
    assert group.stored(np.array(1000.0)) == 128
    assert group.attended(np.array(1000.0)) == 64


@given(
    past=st.floats(0, 1e5),
    chunk=st.integers(1, 2000),
    window=st.floats(1, 1e5),
)
def test_mean_of_attended_entries_is_the_average_over_the_chunk(past, chunk, window):
    group = CacheGroup(
        layers=1, elements=1, decode_flops=1, prefill_flops=1, shards=1, window=window
    )
    fine = past + chunk * (np.arange(4000) + 0.5) / 4000
    expected = np.mean(np.minimum(fine, window))
    mean = group.attended_mean(np.array(past), np.array(float(chunk)))
    assert mean == pytest.approx(expected, rel=1e-3, abs=1e-3)
