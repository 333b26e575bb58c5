"""The clock registry: what turns by itself, how far away it is, and what could be known of it."""

from datetime import date

import pytest

from narrows.core import COMPILED_ON
from narrows.rules import Overlay, Turn, clocks, load_pack

PACK = load_pack()
AFFILIATES = "us.screen.affiliates"


def _clock(record, *, from_day, known_on=COMPILED_ON, pack=PACK):
    found = [
        one for one in clocks(pack, from_day=from_day, known_on=known_on) if one.record == record
    ]
    return found[0] if found else None


def test_the_affiliates_rule_returns_by_itself_the_day_after_its_suspension():
    clock = _clock(AFFILIATES, from_day=date(2026, 11, 1))
    assert (clock.day, clock.days_left, clock.turn) == (date(2026, 11, 10), 9, Turn.RETURNS)
    assert clock.switch == "us.affiliates.switch"
    assert "us.fr.2025-19846" in clock.cites[0]


def test_before_the_suspension_was_published_nothing_returns():
    day = date(2025, 10, 15)
    assert _clock(AFFILIATES, from_day=day, known_on=day) is None


def test_the_day_itself_has_no_days_left_and_the_next_day_is_past():
    assert _clock(AFFILIATES, from_day=date(2026, 11, 10)).days_left == 0
    assert _clock(AFFILIATES, from_day=date(2026, 11, 11)) is None


def test_a_switch_that_is_off_stops_the_clock():
    pack = PACK.with_([Overlay(path="us.affiliates.switch", value="off")])
    assert _clock(AFFILIATES, from_day=date(2026, 11, 1), pack=pack) is None


def test_a_window_that_the_text_closes_lapses():
    clock = _clock("us.foundry.authorised_window_extended", from_day=COMPILED_ON)
    assert (clock.day, clock.turn) == (date(2027, 1, 1), Turn.LAPSES)


def test_a_rule_that_was_given_up_before_it_began_never_turns():
    assert _clock("us.licence.worldwide_enforced", from_day=date(2025, 1, 1)) is None


def test_a_rule_that_a_later_one_ends():
    day = date(2023, 10, 20)
    found = clocks(PACK, from_day=day, known_on=day)
    ends = {one.record: one.day for one in found if one.turn is Turn.ENDS}
    assert ends["us.2022.3a090"] == date(2023, 11, 17)


def test_clocks_come_soonest_first():
    days = [one.day for one in clocks(PACK, from_day=date(2025, 1, 1), known_on=COMPILED_ON)]
    assert days == sorted(days)
    assert len(days) > 10


@pytest.mark.parametrize(("on", "truth"), [
    (date(2025, 9, 28), "false"),
    (date(2025, 9, 29), "true"),
    (date(2025, 11, 9), "true"),
    (date(2025, 11, 10), "false"),
    (date(2026, 11, 9), "false"),
    (date(2026, 11, 10), "true"),
])  # fmt: skip
def test_the_affiliates_rule_sleeps_exactly_as_long_as_it_is_suspended(on, truth):
    regime = PACK.at(on=on, known_on=COMPILED_ON)
    assert regime.truth(AFFILIATES, {"owned_by_listed_share": 0.5}).value == truth


POSITIONS = {"on": "true", "off": "false", "unknown": "unknown"}


@pytest.mark.parametrize(("setting", "truth"), POSITIONS.items())
def test_the_switch_of_the_affiliates_rule_has_three_positions(setting, truth):
    pack = PACK.with_([Overlay(path="us.affiliates.switch", value=setting)])
    regime = pack.at(on=date(2026, 11, 20), known_on=COMPILED_ON)
    assert regime.truth(AFFILIATES, {"owned_by_listed_share": 0.5}).value == truth
