from __future__ import annotations

import pytest

from narrows.performance.arrays import xp
from narrows.performance.memory import layer_activation_bytes_gpt, state_bytes

S, B, H, A, T = 2048.0, 4.0, 6144.0, 64.0, 8.0


def gpt(tensor: float, sequence_parallel: float, keeps_scores: float) -> float:
    return float(
        layer_activation_bytes_gpt(
            *map(xp.array, (S, B, H, A, tensor)),
            sequence_parallel=xp.array(sequence_parallel),
            keeps_scores=xp.array(keeps_scores),
        )
    )


def test_published_table_of_activations() -> None:
    sbh, scores = S * B * H, 5 * A * S / H
    assert gpt(1, 0, 1) == pytest.approx(sbh * (34 + scores))
    assert gpt(T, 0, 1) == pytest.approx(sbh * (10 + 24 / T + scores / T))
    assert gpt(T, 1, 1) == pytest.approx(sbh / T * (34 + scores))
    assert gpt(T, 0, 0) == pytest.approx(sbh * (10 + 24 / T))
    assert gpt(T, 1, 0) == pytest.approx(34 * sbh / T)


@pytest.mark.parametrize(
    ("zero", "fp32_gradients", "half_gradients"),
    [
        (0, lambda n, _: 18 * n, lambda n, _: 16 * n),
        (1, lambda n, d: 6 * n + 12 * n / d, lambda n, d: 4 * n + 12 * n / d),
        (2, lambda n, d: 2 * n + 16 * n / d, lambda n, d: 2 * n + 14 * n / d),
        (3, lambda n, d: 18 * n / d, lambda n, d: 16 * n / d),
    ],
)
def test_model_states_by_zero_stage(zero, fp32_gradients, half_gradients) -> None:
    n, d = 7e9, 64.0
    four, two = (
        float(state_bytes(xp.array(n), xp.array(d), xp.array(float(zero)), xp.array(width)))
        for width in (4.0, 2.0)
    )
    assert four == pytest.approx(fp32_gradients(n, d))
    assert two == pytest.approx(half_gradients(n, d))
