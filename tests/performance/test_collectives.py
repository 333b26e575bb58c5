from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.catalog import load_kernel_efficiency
from narrows.performance.arrays import xp
from narrows.performance.collectives import (
    Links,
    all_reduce_seconds,
    all_to_all_seconds,
    distinct_domains,
    exposed,
    gather_seconds,
    place,
    rate_to,
    send_seconds,
)
from narrows.performance.hardware import hardware_notes

LINKS = Links(
    inner_rate=xp.array(450e9),
    ports=xp.array(1.0),
    switch_rate=xp.array(0.0),
    outer_rate=xp.array(50e9),
    inner_latency_s=xp.array(2e-6),
    outer_latency_s=xp.array(1e-5),
    start_s=xp.array(0.0),
)


def group(size: float, stride: float = 1.0, domain: float = 8.0):
    return place(xp.array(size), xp.array(stride), xp.array(domain))


def test_members_of_a_domain_by_stride() -> None:
    assert float(group(64).inner) == 8.0
    assert float(group(64, stride=4).inner) == 2.0
    assert float(group(64, stride=16).inner) == 1.0
    assert float(group(4, stride=1).outer) == 1.0


def test_ring_inside_a_domain_by_hand() -> None:
    seconds = float(gather_seconds(xp.array(8e9), group(8), LINKS))
    assert seconds == pytest.approx(7 / 8 * 8e9 / 450e9 + 7 * 2e-6)


def test_a_rank_uses_its_own_share_of_the_network() -> None:
    seconds = float(gather_seconds(xp.array(8e9), group(64), LINKS))
    between = 7 / 8 * 8e9 / 8 / 50e9
    assert seconds == pytest.approx(max(7 / 8 * 8e9 / 450e9, between), rel=1e-2)


def test_one_rank_says_nothing() -> None:
    assert float(all_reduce_seconds(xp.array(1e9), group(1), LINKS)) == 0.0
    assert float(all_to_all_seconds(xp.array(1e9), group(1), LINKS)) == 0.0


RING_SHARE = {row.id: row for row in load_kernel_efficiency()}["COLL-020"].fraction_of_peak
"""What an all-reduce of H200 reaches of its wires without the switch's help."""
IN_SWITCH = [
    row
    for row in load_kernel_efficiency()
    if row.id in {"COLL-023", "COLL-024", "COLL-025", "COLL-026", "COLL-027"}
]


@pytest.mark.parametrize("row", IN_SWITCH, ids=lambda row: f"{row.n_devices} of H200")
def test_sums_in_the_switch_equal_measured_all_reduces(row) -> None:
    """Bus bandwidth of nccl-tests: 2 (n - 1) / n of the tensor over the time."""
    assert RING_SHARE is not None
    assert row.peak is not None
    adds = hardware_notes().adds_in_switch["hopper"]
    links = replace(
        LINKS,
        inner_rate=xp.array(RING_SHARE * row.peak * 1e9),
        switch_rate=xp.array(adds * row.peak * 1e9),
    )
    tensor_bytes, members = 8 * 2.0**30, row.n_devices
    seconds = float(all_reduce_seconds(xp.array(tensor_bytes), group(members), links))
    bus_gb_s = 2.0 * (members - 1) / members * tensor_bytes / seconds / 1e9
    assert bus_gb_s == pytest.approx(row.value, rel=0.12)


def test_a_switch_that_does_not_add_changes_nothing_and_one_that_does_is_never_slower() -> None:
    adds = replace(LINKS, switch_rate=xp.array(350e9))
    for members in (1, 2, 4, 8, 64):
        for tensor_bytes in (1e4, 1e7, 1e10):
            args = (xp.array(tensor_bytes), group(members))
            by_ranks = 2.0 * float(gather_seconds(*args, LINKS))
            assert float(all_reduce_seconds(*args, LINKS)) == by_ranks
            assert float(all_reduce_seconds(*args, adds)) <= by_ranks
    assert float(all_reduce_seconds(xp.array(1e10), group(8), adds)) < 0.9 * 2.0 * float(
        gather_seconds(xp.array(1e10), group(8), LINKS)
    )


def test_distinct_nodes_of_uniform_routing() -> None:
    assert float(distinct_domains(xp.array(8.0), xp.array(8.0))) == pytest.approx(5.25, abs=0.01)


def test_exposure_between_none_and_all() -> None:
    four = xp.array(4.0)
    assert float(exposed(four, xp.array(10.0), xp.array(1.0))) == 0.0
    assert float(exposed(four, xp.array(1.0), xp.array(1.0))) == 3.0
    assert float(exposed(four, xp.array(10.0), xp.array(0.0))) == 4.0


@given(st.sampled_from([2, 8, 16, 64, 512]), st.floats(1e3, 1e10), st.floats(1.01, 8.0))
def test_faster_links_are_never_slower(size, volume, faster) -> None:
    better = replace(
        LINKS, inner_rate=LINKS.inner_rate * faster, outer_rate=LINKS.outer_rate * faster
    )
    for collective in (gather_seconds, all_reduce_seconds, all_to_all_seconds):
        before = float(collective(xp.array(volume), group(size), LINKS))
        assert float(collective(xp.array(volume), group(size), better)) <= before


MESH = replace(LINKS, ports=xp.array(7.0))


def test_a_full_mesh_gives_a_pair_one_wire_and_all_eight_every_wire() -> None:
    one, three, seven = (float(rate_to(xp.array(n), MESH)) for n in (1.0, 3.0, 7.0))
    assert one == pytest.approx(450e9 / 7)
    assert three == pytest.approx(3 * 450e9 / 7)
    assert seven == pytest.approx(450e9)


def test_small_groups_are_slower_in_a_mesh_and_whole_servers_are_not() -> None:
    volume = xp.array(1e9)
    for collective in (gather_seconds, all_to_all_seconds):
        meshed, switched = (collective(volume, group(2), each) for each in (MESH, LINKS))
        assert float(meshed) == pytest.approx(7 * float(switched), rel=0.01)
        assert float(collective(volume, group(8), MESH)) == pytest.approx(
            float(collective(volume, group(8), LINKS))
        )


def test_a_message_in_a_mesh_takes_the_one_wire_to_its_reader() -> None:
    seconds = float(send_seconds(xp.array(1e9), xp.array(0.0), MESH))
    assert seconds == pytest.approx(7 * 1e9 / 450e9 + 2e-6)
