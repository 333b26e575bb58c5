"""How software sends tokens to experts, exchanged or gathered, and puts them in order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrows.catalog import load_catalog
from narrows.performance.calibration import packaged
from narrows.performance.calibration.table import constants_from
from narrows.performance.collectives import gather_seconds, place
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import hardware_of
from narrows.performance.servers import usual_system
from narrows.performance.shape import Shape, shape_of, with_mtp
from narrows.performance.software import generation, generation_of, generations
from narrows.performance.training import Cluster, Job, Strategy
from narrows.performance.training.evaluate import Evaluation, evaluate
from narrows.performance.training.job import device_of, setting_of, workload_of
from narrows.performance.training.rank import links_of
from narrows.performance.training.strategy import as_arrays

CATALOG = load_catalog()
GATHERS, EXCHANGES = "mindspeed-mcore", "mindspeed-2025"
CHIP = CATALOG.chip("hw-910b2")
CLUSTER = Cluster(hardware=hardware_of(CHIP, usual_system(CHIP, CATALOG.systems)), chips=8)
SHAPE = shape_of(dimensions_of(CATALOG.model("mixtral-8x7b")))


def times(software: str, shape: Shape = SHAPE, **constants: float) -> Evaluation:
    job = Job(sequence=4096, batch=8, software=software)
    used = constants_from(packaged().best, [setting_of(CLUSTER, job)])
    plain = {"expert_overlap": 0.0, "expert_imbalance": 1.0, "straggler_spread": 0.0, **constants}
    used = replace(used, **{name: np.array([each]) for name, each in plain.items()})
    rows = as_arrays([Strategy(data=8, expert=8)])
    return evaluate(shape, device_of(CLUSTER, job), used, rows, workload_of(CLUSTER, job))


def seconds(found: Evaluation, part: str) -> float:
    return float(np.ravel(getattr(found.parts, part))[0])


def test_gathered_tokens_cost_the_same_however_many_experts_each_has() -> None:
    more = replace(SHAPE, topk=2.0 * SHAPE.topk)
    assert seconds(times(GATHERS, more), "expert_s") == pytest.approx(
        seconds(times(GATHERS), "expert_s")
    )
    assert seconds(times(EXCHANGES, more), "expert_s") > 1.5 * seconds(times(EXCHANGES), "expert_s")


def test_gathered_dispatch_is_a_gather_and_a_scatter_each_way() -> None:
    job = Job(sequence=4096, batch=8, software=GATHERS)
    used = constants_from(packaged().best, [setting_of(CLUSTER, job)])
    device = device_of(CLUSTER, job)
    group = place(np.array(8.0), np.array(1.0), device.domain)
    all_bytes = 2.0 * 8 * 4096 * SHAPE.hidden
    once_s = float(np.ravel(gather_seconds(all_bytes, group, links_of(device, used)))[0])
    layers = float(SHAPE.moe_layers)
    assert seconds(times(GATHERS), "expert_s") == pytest.approx(4.0 * layers * once_s)


def test_an_index_for_every_element_is_paid_for_every_routed_element() -> None:
    slow, free = (times(GATHERS, index_s_per_element=each) for each in (1e-9, 0.0))
    elements = float(4096 * SHAPE.topk * SHAPE.hidden * SHAPE.moe_layers)
    both_ways = 2.0 * generation(GATHERS).indexed_passes * elements
    assert seconds(slow, "compute_s") - seconds(free, "compute_s") == pytest.approx(
        1e-9 * both_ways
    )


def test_software_that_orders_by_row_pays_nothing_for_indices() -> None:
    slow, free = (times(EXCHANGES, index_s_per_element=each) for each in (1e-9, 0.0))
    assert seconds(slow, "compute_s") == seconds(free, "compute_s")


def test_a_generation_has_one_record_and_shares_effects_with_one_that_has_its_own() -> None:
    ids = [each.id for each in generations()]
    assert len(ids) == len(set(ids))
    assert all(generation(each.level).level == each.level for each in generations())


def test_a_release_of_a_later_year_has_the_later_dispatch() -> None:
    found = [generation_of("MindSpeed-LLM Mcore", date) for date in ("2024-10", "2025-05")]
    assert [each and each.id for each in found] == [GATHERS, EXCHANGES]


@pytest.mark.parametrize(
    ("server", "domains", "limit"),
    [(8, 8, 4.0), (16, 4, 4 * (1 - 0.75**8)), (4, 16, 16 * (1 - (15 / 16) ** 8))],
)
def test_choosing_groups_first_bounds_the_servers_that_a_token_reaches(
    server, domains, limit
) -> None:
    """DeepSeek-V3 picks 8 experts from 4 of 8 groups; a group may lie in half a server or two."""
    shape = with_mtp(shape_of(dimensions_of(CATALOG.model("deepseek-v3"))), 0)
    hardware = hardware_of(CATALOG.chip("nv-h800-sxm"), usual_system(CHIP, CATALOG.systems))
    cluster = Cluster(hardware=replace(hardware, domain=server), chips=64)
    job = Job(sequence=4096, batch=64, software="megatron-core-2025")
    used = constants_from(packaged().best, [setting_of(cluster, job)])
    used = replace(used, expert_overlap=np.array([0.0]))
    device = device_of(cluster, job)
    rows = as_arrays([Strategy(data=64, expert=64)])
    found = evaluate(shape, device, used, rows, workload_of(cluster, job))
    links = links_of(device, used)
    sent = 4096 * limit * 2.0 * 7168 * (1 - 1 / domains)
    once_s = sent / links.outer_rate + links.outer_latency_s + links.start_s
    expected = 4.0 * 58 * float(np.ravel(once_s)[0])
    assert seconds(found, "expert_s") == pytest.approx(expected, rel=1e-6)
