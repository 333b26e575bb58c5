from __future__ import annotations

import pytest

from narrows.performance.serving.layout import layout
from narrows.performance.serving.memory import weight_bytes
from narrows.performance.serving.numbers import scheme
from narrows.performance.serving.shape import shape_of


@pytest.mark.parametrize(("pp", "layers"), [(1, 80), (2, 40), (3, 27), (4, 20), (8, 10)])
@pytest.mark.parametrize("tp", [1, 4])
def test_an_end_of_a_pipeline_holds_its_table_whole(catalog, pp, layers, tp):
    """Llama-3-70B: 80 layers, and tables of 128,256 x 8,192 for the embedding and for the head."""
    shape, formats = shape_of(catalog.models["llama3-70b"]), scheme("bf16", "bf16")
    table = 128_256 * 8192 * 2
    every = weight_bytes(shape, formats, layout()).item() - 2 * table
    held = weight_bytes(shape, formats, layout(tp=tp, pp=pp)).item()
    assert held == pytest.approx((every * layers / 80 + (table if pp > 1 else 2 * table)) / tp)
