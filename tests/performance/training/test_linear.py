"""Layers that keep a state: parameters as published, operations linear in the sequence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from narrows.catalog import LinearAttention, LinearKind, load_catalog
from narrows.catalog.parameters import total_parameters
from narrows.core import RefusalError
from narrows.performance.dimensions import Dimensions, dimensions_of
from narrows.performance.linear_layers import DELTA_CHUNK, LIGHTNING_CHUNK, linear_layer
from narrows.performance.shape import shape_of
from narrows.performance.training.flops import model_flops_per_token

CATALOG = load_catalog()
LINEAR = [
    "qwen3-next-80b-a3b",
    "qwen3.5-27b",
    "qwen3.5-35b-a3b",
    "qwen3.5-122b-a10b",
    "qwen3.5-397b-a17b",
    "kimi-linear-48b",
    "minimax-m1",
]


@pytest.mark.parametrize("name", LINEAR)
def test_parameters_are_those_of_the_catalogue_and_of_the_publisher(name) -> None:
    model = CATALOG.model(name)
    found = float(shape_of(dimensions_of(model)).total_parameters)
    assert found == pytest.approx(total_parameters(model), rel=1e-3)
    assert found == pytest.approx(model.total_params_b * 1e9, rel=0.01)


def only_linear(kind: LinearKind) -> Dimensions:
    state = LinearAttention(kind=kind, key_heads=16, value_heads=32, head_dim=128)
    return Dimensions(
        layers=8, hidden=2048, heads=16, vocab=1000, linear=state, full_attention_every=9
    )


@pytest.mark.parametrize(
    "kind", [LinearKind.GATED_DELTANET, LinearKind.KIMI_DELTA, LinearKind.LIGHTNING]
)
def test_operations_of_a_token_do_not_grow_with_the_sequence(kind) -> None:
    shape = shape_of(only_linear(kind))
    assert float(shape.linear_share) == 1.0
    assert model_flops_per_token(shape, 1 << 20) == model_flops_per_token(shape, 1 << 10)


def test_a_layer_in_four_with_a_softmax_grows_with_the_sequence_a_quarter_as_fast() -> None:
    mixed = shape_of(replace(only_linear(LinearKind.GATED_DELTANET), full_attention_every=4))
    whole = shape_of(
        replace(only_linear(LinearKind.GATED_DELTANET), full_attention_every=None, linear=None)
    )

    def growth(shape) -> float:
        return model_flops_per_token(shape, 20_000) - model_flops_per_token(shape, 10_000)

    assert growth(mixed) == pytest.approx(growth(whole) / 4.0)


def test_a_chunk_multiplies_what_the_recurrence_needs() -> None:
    """Count the products of one head and chunk: (rows, inner, columns) each."""
    c, d = DELTA_CHUNK, 128
    products = [(c, d, c)] * 2 + [(c, c, d)] * 3 + [(c, d, d)] * 2 + [(d, c, d)]
    counted = sum(2.0 * m * k * n for m, k, n in products) + 2.0 / 3.0 * c**3
    one = linear_layer(
        LinearAttention(kind=LinearKind.GATED_DELTANET, key_heads=1, value_heads=1, head_dim=d)
    )
    assert one.linear_flops == pytest.approx(counted / c)
    c = LIGHTNING_CHUNK
    products = [(c, d, c), (c, c, d), (c, d, d), (d, c, d)]
    plain = linear_layer(
        LinearAttention(kind=LinearKind.LIGHTNING, key_heads=1, value_heads=1, head_dim=d)
    )
    assert plain.linear_flops == pytest.approx(sum(2.0 * m * k * n for m, k, n in products) / c)


@pytest.mark.parametrize(
    "lacking",
    [
        LinearAttention(kind=LinearKind.GATED_DELTANET, key_heads=16, head_dim=128),
        LinearAttention(kind=LinearKind.MAMBA2, key_heads=8, value_heads=64, head_dim=64),
    ],
)
def test_layers_without_dimensions_or_formula_are_refused(lacking) -> None:
    with pytest.raises(RefusalError, match=r"linear layers|not modelled"):
        linear_layer(lacking)


def test_linear_layers_that_do_not_say_which_are_not_are_refused() -> None:
    dimensions = replace(only_linear(LinearKind.LIGHTNING), full_attention_every=None)
    with pytest.raises(RefusalError, match="full_attention_every_n"):
        shape_of(dimensions)
