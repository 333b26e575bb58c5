"""Readings of one gate joined: the strictest wins, and nothing that is asked is lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.core import EvidenceItem, Gate, GateReading, GateState, Truth, message
from narrows.rules.gates import STRICTNESS, strictest, strictness

CUSTOMS = Gate.CUSTOMS


def reading(state, *, band=None, leg=None, clock=None, missing=(), said="a.b", items=()):
    low, high = band or (None, None)
    return GateReading(
        CUSTOMS,
        state,
        message(said),
        p_low=low,
        p_high=high,
        leg=leg,
        clock=clock,
        missing=missing,
        evidence=items,
    )


@st.composite
def readings(draw):
    state = draw(st.sampled_from(list(GateState)))
    band = None
    if state is GateState.DISCRETIONARY:
        ends = draw(st.tuples(st.floats(0, 1), st.floats(0, 1)))
        band = (min(ends), max(ends))
    missing = tuple(draw(st.lists(st.sampled_from("abcd"), max_size=3)))
    return reading(state, band=band, leg=draw(st.sampled_from("xyz")), missing=missing)


@given(st.lists(readings(), min_size=1, max_size=5))
def test_strictest_is_as_strict_as_the_strictest_and_asks_for_everything(several):
    joined = strictest(CUSTOMS, several)
    assert STRICTNESS.index(joined.state) == max(STRICTNESS.index(one.state) for one in several)
    assert set(joined.missing) == {name for one in several for name in one.missing}


@given(st.lists(readings(), min_size=1, max_size=4), readings())
def test_one_more_reading_never_makes_a_gate_milder(several, another):
    assert (
        strictness(strictest(CUSTOMS, [*several, another]))[:3]
        >= (strictness(strictest(CUSTOMS, several))[:3])
    )


def test_the_lower_band_governs():
    hold = reading(GateState.DISCRETIONARY, band=(0.0, 0.1))
    discretion = reading(GateState.DISCRETIONARY, band=(0.1, 0.4))
    assert strictest(CUSTOMS, [discretion, hold]).p_high == 0.1


def test_unknown_stands_between_a_way_through_and_a_shut_gate():
    unknown, shut = reading(GateState.UNKNOWN), reading(GateState.SHUT)
    band = reading(GateState.DISCRETIONARY, band=(0.0, 0.1))
    assert strictest(CUSTOMS, [unknown, band]).state is GateState.UNKNOWN
    assert strictest(CUSTOMS, [unknown, shut]).state is GateState.SHUT


def test_the_earliest_clock_counts_and_the_others_become_notes():
    first = reading(GateState.OPEN, clock=date(2026, 11, 10), said="a.open")
    second = reading(GateState.SHUT, clock=date(2026, 12, 31), said="a.shut")
    joined = strictest(CUSTOMS, [first, second])
    assert joined.clock == date(2026, 11, 10)
    assert (joined.message.id, [note.id for note in joined.notes]) == ("a.shut", ["a.open"])


def test_of_two_conditional_readings_the_one_with_more_left_to_show_governs():
    item = EvidenceItem("paper", Truth.UNKNOWN, message("a.ask"), "an instrument")
    bare = reading(GateState.CONDITIONAL, said="a.bare")
    asking = reading(GateState.CONDITIONAL, said="a.asking", items=(item,))
    assert strictest(CUSTOMS, [bare, asking]).message.id == "a.asking"


def test_readings_of_another_gate_are_refused():
    with pytest.raises(ValueError, match="no other gate"):
        strictest(Gate.QUOTA, [reading(GateState.OPEN)])
    with pytest.raises(ValueError, match="no other gate"):
        strictest(CUSTOMS, [])
