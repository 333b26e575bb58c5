"""What we measure ourselves against: a roofline with one efficiency for every chip and engine.

Weights and cache are read at a fixed share of bandwidth, products run at a fixed share of the
peak, and nothing else costs time: no communication, launches, prefill interference or imbalance.
"""

from __future__ import annotations

import numpy as np

from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.cases import Case
from narrows.performance.serving.experts import experts_touched
from narrows.performance.serving.memory import sequences_that_fit
from narrows.performance.serving.numbers import BYTES, Dtype
from narrows.performance.serving.phases import Phase
from narrows.performance.serving.plan import Plan

BANDWIDTH_SHARE = 0.7
COMPUTE_SHARE = 0.5
"""Round figures in common use; not fitted."""
ACCEPTED = 0.7
"""Acceptance of a draft that the roofline is given where drafts are used."""


def baseline(case: Case, plan: Plan) -> tuple[float, float]:
    """Return time per token and output rate over all devices by the constant roofline."""
    layout = plan.layout.at(np.array([0]))
    instances = float(plan.instances[0])
    context = array(case.input_tokens + case.output_tokens / 2)
    room = sequences_that_fit(
        case.device, case.engine, case.shape, case.scheme, layout, context, case.drafts
    )
    wanted = np.inf if case.clients is None else case.clients / instances
    batch = float(np.clip(min(float(room[0]), wanted), 1.0, case.engine.max_seqs * 64))
    step = _decode_s(case, batch, context, float(layout.devices[0]))
    gain = (1 - ACCEPTED ** (case.drafts + 1)) / (1 - ACCEPTED)
    prompt = _prefill_s(case, float(layout.devices[0]))
    cycle = step * max(case.output_tokens, 1.0) / gain
    if case.phase is Phase.TOGETHER:
        cycle += prompt * batch
    tokens = max(case.output_tokens, 1.0)
    return cycle / tokens, batch * tokens / cycle * instances


def _decode_s(case: Case, batch: float, context: Array, devices: float) -> float:
    shape, scheme = case.shape, case.scheme
    read = shape.attention_params * scheme.attention.weight_bytes
    read += shape.dense_params * scheme.dense.weight_bytes
    read += shape.vocab * shape.hidden * BYTES[Dtype.BF16]
    if shape.moe_layers:
        touched = experts_touched(shape.experts, shape.experts_per_token, array(batch))
        read += (
            float(touched) * shape.moe_layers * shape.expert_params * (scheme.experts.weight_bytes)
        )
    for group in shape.groups:
        read += float(batch * group.layers * group.read_bytes(context, scheme.cache_bytes))
    memory = read / (devices * case.device.memory_bytes_s * BANDWIDTH_SHARE)
    flops = 2 * batch * shape.active_params
    rate = devices * case.device.rate(scheme.dense.arithmetic) * COMPUTE_SHARE
    return max(memory, flops / rate)


def _prefill_s(case: Case, devices: float) -> float:
    tokens = case.input_tokens - case.cached_tokens
    rate = devices * case.device.rate(case.scheme.dense.arithmetic) * COMPUTE_SHARE
    return 2 * tokens * case.shape.active_params / rate
