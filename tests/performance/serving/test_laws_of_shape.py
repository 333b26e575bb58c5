"""What holds between models, formats and degrees: the same thing told in two ways is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.performance.serving.worlds import CATALOG, World, worlds

from narrows.catalog import Attention
from narrows.core import Estimate, Obtained
from narrows.performance.serving.arrays import array
from narrows.performance.serving.candidate import machine
from narrows.performance.serving.economics import cost_per_million_tokens
from narrows.performance.serving.layout import Layout, layout
from narrows.performance.serving.memory import sequence_bytes, weight_bytes
from narrows.performance.serving.numbers import load_formats, scheme
from narrows.performance.serving.shape import shape_of
from narrows.performance.serving.step import Machine, StepTime, Work, step_time

FEW = settings(max_examples=60, deadline=None, derandomize=True)
FORMATS = st.sampled_from(sorted(load_formats().kernels))


@FEW
@given(world=worlds(), weights=FORMATS, drafts=st.sampled_from((0.0, 1.0)))
def test_a_format_of_fewer_bits_never_takes_more_memory(world: World, weights, drafts):
    shape, spread = world.asked.shape, world.layout
    wide = weight_bytes(shape, scheme("bf16", "bf16"), spread, drafts)
    assert weight_bytes(shape, scheme(weights, "bf16"), spread, drafts) <= wide


@FEW
@given(world=worlds(), drafts=st.sampled_from((0.0, 1.0)))
def test_more_tensor_ranks_never_keep_more_on_each(world: World, drafts):
    asked, few = world.asked, world.layout
    context = array(8000.0)
    many = Layout(few.tp * 2, few.pp, few.dp, few.ep)
    one = weight_bytes(asked.shape, asked.scheme, few, drafts)
    assert weight_bytes(asked.shape, asked.scheme, many, drafts) <= one
    kept = sequence_bytes(asked.shape, asked.scheme, few, context, drafts)
    assert sequence_bytes(asked.shape, asked.scheme, many, context, drafts) <= kept


@FEW
@given(world=worlds(), drafts=st.sampled_from((0.0, 1.0)))
def test_what_is_spread_adds_up_to_the_whole_at_least(world: World, drafts):
    """No degree makes weights vanish; replicas and uneven stages only add to them."""
    asked, spread = world.asked, world.layout
    whole = weight_bytes(asked.shape, asked.scheme, layout(), drafts)
    each = weight_bytes(asked.shape, asked.scheme, spread, drafts)
    assert each * spread.devices >= whole * (1 - 1e-9)


@pytest.mark.parametrize("model", ["llama3-8b", "qwen3-32b"])
def test_attention_of_all_heads_is_grouped_attention_with_a_key_for_each(model):
    grouped = replace(CATALOG.models[model], kv_heads=CATALOG.models[model].heads)
    told = replace(grouped, attention=Attention.MHA)
    assert shape_of(told) == shape_of(grouped)


def _dense_and_mixture(world: World) -> tuple[Machine, Machine]:
    """Return a dense model, and the same with its feed-forward part as a mixture of one expert."""
    dense = replace(CATALOG.models["llama3-8b"], total_params_b=None, active_params_b=None)
    mixture = replace(
        dense,
        ffn_hidden=None,
        experts_routed=1,
        experts_topk=1,
        moe_ffn_hidden=dense.ffn_hidden,
        moe_every_n_layers=1,
        first_dense_layers=0,
    )
    still = {"grouped_gemm": 1.0, "tile_tokens": 0.0, "expert_layer_us": 0.0}
    constants = replace(world.constants, **{name: array(value) for name, value in still.items()})
    whole = layout()
    one, other = (
        machine(
            replace(world.asked, shape=shape_of(each), scheme=scheme("fp8", "bf16")),
            whole,
            constants,
        )
        for each in (dense, mixture)
    )
    return one, other


def _products_s(step: StepTime) -> float:
    return (step.projections_s + step.experts_s).item()


@FEW
@given(world=worlds(), sequences=st.sampled_from((1.0, 8.0, 200.0)))
def test_a_mixture_of_one_expert_is_a_dense_model(world: World, sequences):
    """But for its router, and for gathering the tokens of its expert."""
    dense, mixture = _dense_and_mixture(world)
    nothing = array(0.0)
    work = Work(
        sequences=array(sequences),
        context=array(1000.0),
        queries=array(1.0),
        chunk=nothing,
        span=nothing,
        past=nothing,
    )
    plain, routed = step_time(dense, work), step_time(mixture, work)
    assert _products_s(routed) == pytest.approx(_products_s(plain), rel=1e-3)
    for part in ("cache_s", "head_s", "communication_s", "overhead_s"):
        assert getattr(routed, part).item() == pytest.approx(getattr(plain, part).item())


@given(
    price=st.floats(0.01, 1000.0),
    times=st.floats(0.1, 100.0),
    rate=st.floats(1.0, 1e5),
)
def test_cost_is_proportional_to_price_and_to_one_over_the_rate(price, times, rate):
    def cost(price: float, rate: float) -> Estimate:
        found = Estimate(rate / 2, rate, rate * 2, unit="token/s", obtained=Obtained.FIRST_GUESS)
        return cost_per_million_tokens(found, price, "CNY")

    once = cost(price, rate)
    assert cost(price * times, rate).p50 == pytest.approx(times * once.p50)
    assert cost(price, rate * times).p50 == pytest.approx(once.p50 / times)
    assert once.p95 == pytest.approx(4 * once.p05)
