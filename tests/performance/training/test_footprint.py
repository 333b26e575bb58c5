"""Bytes of the fullest rank, by hand and against the orders of the schedules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.catalog import load_catalog
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import GIB, Precision, device, hardware_of
from narrows.performance.pipeline import Schedule
from narrows.performance.shape import Shape, shape_of
from narrows.performance.software import generation
from narrows.performance.training import Recompute, Strategy
from narrows.performance.training.buckets import buckets
from narrows.performance.training.footprint import LOGIT_BYTES, Footprint, footprint
from narrows.performance.training.strategy import as_arrays, workload

CATALOG = load_catalog()
CURRENT = generation("megatron-core-2026b")
H100 = hardware_of(CATALOG.chip("nv-h100-sxm"), CATALOG.system("dgx-h100"))
LLAMA = shape_of(dimensions_of(CATALOG.model("llama3-8b")))
SEQUENCE = 4096


def held(strategy: Strategy, shape: Shape = LLAMA, *, batch: int = 512) -> Footprint:
    rows = as_arrays([strategy])
    work = workload(SEQUENCE, batch, CURRENT, family="hopper")
    chip = device(H100, Precision.BF16)
    return footprint(shape, chip, rows, work, buckets(shape, rows))


def number(value: np.ndarray) -> float:
    return float(np.ravel(value)[0])


def activations(strategy: Strategy, *, batch: int = 512) -> float:
    """Return what layers keep on the first rank: without logits the last has never more."""
    return number(held(strategy, replace(LLAMA, vocab=np.array(0.0)), batch=batch).activations)


PIPED = Strategy(pipeline=8, data=8, recompute=Recompute.FULL)


def test_a_v_keeps_what_1f1b_keeps() -> None:
    folded = replace(PIPED, chunks=2, schedule=Schedule.ZB_V)
    assert activations(folded) == pytest.approx(activations(PIPED))


def test_interleaving_keeps_no_more_micro_batches_than_there_are() -> None:
    boundary = 2.0 * LLAMA.hidden * SEQUENCE
    few = replace(PIPED, chunks=2)
    assert activations(few, batch=64) == pytest.approx(boundary * 32 / 8 * 8)
    assert activations(few, batch=512) == pytest.approx(boundary * 32 / 8 * (8 + 7 / 2))


def test_the_first_rank_of_uneven_stages_keeps_whole_layers() -> None:
    shape = shape_of(dimensions_of(CATALOG.model("llama3-405b")))
    strategy = Strategy(tensor=8, pipeline=16, recompute=Recompute.FULL)
    kept = number(held(strategy, shape).activations)
    assert kept == pytest.approx(16 * 8 * 2.0 * shape.hidden * SEQUENCE / 8)


def test_the_last_rank_counts_where_its_logits_are_more_than_the_first_keeps() -> None:
    two = Strategy(pipeline=2, micro_batch=4, recompute=Recompute.FULL)
    tokens = 4.0 * SEQUENCE
    found, single = held(two), held(replace(two, pipeline=1))
    logits = LOGIT_BYTES * tokens * float(LLAMA.vocab)
    assert number(found.activations) == pytest.approx(16 * tokens * 2.0 * LLAMA.hidden)
    assert number(found.working) >= logits
    assert number(single.activations) == pytest.approx(32 * tokens * 2.0 * LLAMA.hidden)


def test_where_the_first_rank_keeps_more_it_has_no_logits() -> None:
    deep = Strategy(pipeline=8, data=8)
    without = replace(LLAMA, vocab=np.array(0.0))
    assert number(held(deep).working) == number(held(deep, without).working)


@pytest.mark.parametrize(
    ("layout", "tables"),
    [
        ({"pipeline": 1}, 2),
        ({"pipeline": 8}, 1),
        ({"pipeline": 8, "chunks": 2, "schedule": Schedule.ZB_V}, 2),
        ({"pipeline": 8, "schedule": Schedule.DUALPIPE}, 2),
    ],
)
def test_a_rank_at_both_ends_has_embedding_and_head(layout, tables) -> None:
    rows = as_arrays([Strategy(**layout)])
    tied = replace(LLAMA, tied=np.array(1.0))
    more = buckets(LLAMA, rows).tensor - buckets(tied, rows).tensor
    assert number(more) == pytest.approx((tables - 1) * float(LLAMA.table_parameters))


def test_gathered_experts_are_split_over_expert_tensor_ranks_alone() -> None:
    mixtral = shape_of(dimensions_of(CATALOG.model("mixtral-8x7b")))
    layout = Strategy(tensor=4, data=8, expert=8, zero=3)
    layer = mixtral.attention_parameters / 4 + mixtral.routed_parameters / 8
    sharded = held(layout, mixtral)
    whole = held(replace(layout, zero=2), mixtral)
    more = number(sharded.working) - number(whole.working)
    assert more == pytest.approx(1.04 * 2 * 2.0 * float(layer))


def test_gigabytes_of_device_memory_are_powers_of_two() -> None:
    assert H100.memory_bytes == 80 * GIB
    assert H100.bytes_per_s == pytest.approx(3.35e12, rel=0.01)
    ascend = hardware_of(CATALOG.chip("hw-910c"), CATALOG.system("cloudmatrix384"))
    assert ascend.memory_bytes == 64 * GIB
