from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.catalog import load_catalog
from narrows.core import RefusalError
from narrows.performance.arrays import xp
from narrows.performance.calibration.draws import uncalibrated
from narrows.performance.calibration.table import constants_from
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import hardware_of
from narrows.performance.shape import shape_of, with_mtp
from narrows.performance.training import (
    Cluster,
    ContextExchange,
    Job,
    Recompute,
    Space,
    Strategy,
    predict,
)
from narrows.performance.training.evaluate import evaluate
from narrows.performance.training.job import device_of, setting_of, workload_of
from narrows.performance.training.rank import links_of
from narrows.performance.training.space import enumerate_space
from narrows.performance.training.strategy import as_arrays, at_row

CATALOG = load_catalog()
FIRST = uncalibrated()
LLAMA = shape_of(dimensions_of(CATALOG.model("llama3-8b")))
CLUSTER = Cluster(
    hardware=hardware_of(CATALOG.chip("nv-h100-sxm"), CATALOG.system("dgx-h100")), chips=8
)
JOB = Job(sequence=32_768, batch=8)
RING = Strategy(context=4, data=2)
HEADS = replace(RING, context_exchange=ContextExchange.ALL_TO_ALL)


def context_s(strategy: Strategy, *, job: Job = JOB) -> float:
    constants = constants_from(FIRST.best, [setting_of(CLUSTER, job)])
    rows = as_arrays([strategy])
    found = evaluate(LLAMA, device_of(CLUSTER, job), constants, rows, workload_of(CLUSTER, job))
    return float(np.ravel(found.parts.context_s)[0])


def test_head_exchange_by_hand() -> None:
    constants = constants_from(FIRST.best, [setting_of(CLUSTER, JOB)])
    links = links_of(device_of(CLUSTER, JOB), constants)
    tokens, ranks, layers, passes = 32_768 / 4, 4, 32, 2
    bytes_sent = 2 * tokens * 128 * (32 + 32 + 8 + 8)
    moved_s = bytes_sent * (ranks - 1) / ranks / float(links.inner_rate[0])
    start_s = float((links.inner_latency_s + links.start_s)[0])
    micro_batches = 4
    expected = micro_batches * layers * passes * (moved_s + 4 * start_s)
    assert context_s(HEADS) == pytest.approx(expected)


def test_recomputing_the_core_exchanges_again() -> None:
    again = replace(HEADS, recompute=Recompute.SELECTIVE)
    assert context_s(again) == pytest.approx(1.5 * context_s(HEADS))


def test_few_key_heads_are_sent_to_every_rank_that_needs_them() -> None:
    spread = replace(HEADS, tensor=2, data=1)
    whole = replace(HEADS, data=2)
    assert context_s(spread) > context_s(whole) / 2


def test_a_ring_hides_behind_long_sequences_and_head_exchange_does_not() -> None:
    assert context_s(RING, job=replace(JOB, sequence=131_072)) == 0.0
    assert context_s(HEADS, job=replace(JOB, sequence=131_072)) > context_s(HEADS) > 0.0


def test_more_ranks_than_heads_are_refused() -> None:
    many = replace(HEADS, tensor=8, context=8, data=1)
    cluster = replace(CLUSTER, chips=64)
    with pytest.raises(RefusalError, match="cannot share 32 heads"):
        predict(LLAMA, cluster, job=JOB, strategy=many, calibration=FIRST)


def test_a_search_tries_both_exchanges_and_each_layout_once() -> None:
    space = Space(context=(1, 4, 8), context_exchange=tuple(ContextExchange))
    found, excluded = enumerate_space(LLAMA, CLUSTER, job=JOB, space=space)
    rows = [at_row(found, row) for row in range(len(found))]
    assert len(set(rows)) == len(rows)
    assert {each.context_exchange for each in rows if each.context > 1} == set(ContextExchange)
    assert {each.context_exchange for each in rows if each.context == 1} == {ContextExchange.RING}
    assert excluded["exchange_without_context"] > 0
    assert float(xp.maximum(found.tensor * found.context * found.by_heads, 0.0).max()) <= 32


SLOW_LINK = 1e5
"""bytes/s at which no hop hides behind a block's core."""


@pytest.mark.parametrize("tensor", [1, 2])
def test_a_ring_moves_the_expanded_keys_of_latent_attention(tensor) -> None:
    """Kernels of training read keys and values of every head, 192 and 128 wide, not latents."""
    shape = with_mtp(shape_of(dimensions_of(CATALOG.model("deepseek-v3"))), 0)
    job = Job(sequence=4096, batch=1)
    constants = constants_from(FIRST.best, [setting_of(CLUSTER, job)])
    device = replace(device_of(CLUSTER, job), link_bytes_per_s=xp.array(SLOW_LINK))
    rows = as_arrays([Strategy(context=4, tensor=tensor)])
    found = evaluate(shape, device, constants, rows, workload_of(CLUSTER, job))
    hop_bytes = 2.0 * (4096 / 4) * 128 * (192 + 128) / tensor
    hops, layers, both_passes = 3, 61, 1 + 2
    rate = SLOW_LINK * float(np.ravel(constants.link_efficiency)[0])
    expected = hops * layers * both_passes * hop_bytes / rate
    assert float(np.ravel(found.parts.context_s)[0]) == pytest.approx(expected, rel=1e-3)
