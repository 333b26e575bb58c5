from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.core import RefusalError
from narrows.performance.arrays import xp
from narrows.performance.hardware import hardware_of
from narrows.performance.host import UNKNOWN_HOST, host_notes, known_host
from narrows.performance.offload import (
    HostRates,
    Move,
    copied_states_move,
    exposed_in_turn,
    gradient_move,
    host_update_seconds,
    kept_share,
    link_seconds,
)

CATALOG = load_catalog()


def rates(**changed: float) -> HostRates:
    known = {"to_host": 50e9, "from_host": 40e9, "stream": 60e9, "update": 30e9, **changed}
    return HostRates(**{name: xp.array(value) for name, value in known.items()})


def move(out: float, back: float) -> Move:
    return Move(out=xp.array(out), back=xp.array(back))


def test_two_layers_of_eight_stay_and_all_of_one() -> None:
    assert kept_share(xp.array(8.0), xp.array(1.0)) == 0.25
    assert kept_share(xp.array(8.0), xp.array(2.0)) == 0.5
    assert kept_share(xp.array(1.0), xp.array(1.0)) == 1.0


@pytest.mark.parametrize(
    ("out", "back", "seconds"),
    [
        (10e9, 0.0, 10 / 50),
        (0.0, 10e9, 10 / 40),
        (10e9, 4e9, 14 / 60),  # the host's memory is shared by both ways
        (1e9, 10e9, 10 / 40),
    ],
)
def test_a_link_runs_both_ways_over_one_memory(out, back, seconds) -> None:
    assert link_seconds(move(out, back), rates()) == pytest.approx(seconds)


def test_moves_share_the_cover_in_turn() -> None:
    shown = exposed_in_turn(xp.array(0.1), [move(10e9, 0.0), move(0.0, 10e9)], rates())
    assert [float(each) for each in shown] == pytest.approx([0.1, 20 / 60 - 0.1 - 0.1])


@given(
    st.floats(0.0, 2.0),
    st.lists(st.tuples(st.floats(0, 1e11), st.floats(0, 1e11)), min_size=1, max_size=4),
    st.sampled_from(["to_host", "from_host", "stream"]),
    st.floats(1.0, 10.0),
)
def test_what_shows_adds_up_and_falls_with_bandwidth(cover_s, pairs, faster, factor) -> None:
    moves = [move(*pair) for pair in pairs]
    shown = exposed_in_turn(xp.array(cover_s), moves, rates())
    whole = move(sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs))
    alone_s = max(0.0, float(link_seconds(whole, rates())) - cover_s)
    assert sum(shown) == pytest.approx(alone_s, abs=1e-9)
    assert all(each >= -1e-12 for each in shown)
    better = rates(**{faster: factor * float(getattr(rates(), faster))})
    assert sum(exposed_in_turn(xp.array(cover_s), moves, better)) <= alone_s + 1e-9


def test_an_update_on_the_host_touches_thirty_bytes_of_a_parameter() -> None:
    assert host_update_seconds(xp.array(1e9), xp.array(4.0), rates()) == pytest.approx(1.0)


def test_the_share_of_an_update_is_the_one_of_the_published_table() -> None:
    """ZeRO-Offload, table 4: 10 bn parameters in 2.57 s on twelve channels of DDR4-2666."""
    nominal = 12 * 2666e6 * 8
    found = host_update_seconds(
        xp.array(10e9), xp.array(4.0), rates(update=host_notes().memory.update * nominal)
    )
    assert found == pytest.approx(2.57, rel=0.02)


def test_gradients_come_back_to_be_added_to() -> None:
    once = gradient_move(xp.array(1e9), xp.array(2.0), xp.array(1.0))
    often = gradient_move(xp.array(1e9), xp.array(2.0), xp.array(4.0))
    assert (once.out, once.back) == (2e9, 0.0)
    assert (often.out, often.back) == (8e9, 6e9)


def test_copied_states_cross_both_ways() -> None:
    found = copied_states_move(xp.array(1e9))
    assert (found.out, found.back) == (12e9, 12e9)


@pytest.mark.parametrize(
    ("system", "link", "memory_gb", "stream"),
    [
        ("dgx-h100", 0.879 * 63, 250, 0.8 * 614.4 / 8),
        ("dgx-a100", 0.879 * 15.75, 250, 0.8 * 409.6 / 8),
        ("gb200-nvl72", 0.660 * 225, 240, 0.8 * 256),
    ],
)
def test_a_device_has_its_share_of_the_host(system, link, memory_gb, stream) -> None:
    card = CATALOG.system(system)
    host = hardware_of(CATALOG.chip(card.chip), card).host
    assert host.to_host_bytes_per_s == pytest.approx(link * 1e9)
    assert host.memory_bytes == pytest.approx(memory_gb * 1e9)
    assert host.stream_bytes_per_s == pytest.approx(stream * 1e9)
    assert known_host(host, card.chip) is host


@pytest.mark.parametrize("system", ["cloudmatrix384", "atlas-800t-a2", "hgx-h20"])
def test_what_no_card_states_stays_unknown(system) -> None:
    card = CATALOG.system(system)
    host = hardware_of(CATALOG.chip(card.chip), card).host
    with pytest.raises(RefusalError, match="not known well enough") as caught:
        known_host(host, card.chip)
    assert "host_memory_tb of its system" in caught.value.missing


def test_an_unlisted_kind_of_link_is_unknown() -> None:
    card = replace(CATALOG.system("dgx-h100"), host_link="Carrier pigeon")
    host = hardware_of(CATALOG.chip("nv-h100-sxm"), card).host
    assert host.missing == ("host_link_gb_s_per_chip_per_direction",)
    assert UNKNOWN_HOST.memory_bytes is None


def test_an_unknown_rate_spoils_a_time_and_is_never_free() -> None:
    assert np.isnan(link_seconds(move(1.0, 0.0), rates(to_host=np.nan)))
