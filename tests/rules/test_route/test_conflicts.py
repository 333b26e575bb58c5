"""Conflict of laws: a task and a lead time, never a change of the other side's finding."""

from datetime import date

import pytest

from narrows.core import Truth
from narrows.rules import Bound, Overlay

TODAY = date(2026, 11, 23)
FINDINGS = ("k0", "k1", "k2", "k3")


def by_step(verdict):
    return {finding.step: finding for finding in verdict.conflicts}


def test_steps_fall_to_the_party_that_takes_them(world):
    steps = by_step(world.judge())
    assert steps["user_data_to_us"].party == "cloud"
    assert steps["refusal_on_list"].party == "server_maker"


def test_user_data_for_an_enforcer_waits_for_chinese_counsel(world):
    finding = by_step(world.judge())["user_data_to_us"]
    assert (finding.code, finding.bound) == ("k2", Bound.FULL)
    assert any(cite.startswith("cn-data-security-law") for cite in finding.cites)
    assert finding.ask.id == "rules.route.step.user_data_to_us"


def test_the_official_channel_touches_no_rule(world):
    assert by_step(world.judge())["end_user_statement"].code == "k0"


def test_supply_chain_order_reaches_site_visits_from_april_2026(world):
    before = by_step(world.but(on=date(2026, 4, 6)).judge())["site_audit"]
    after = by_step(world.but(on=date(2026, 4, 7)).judge())["site_audit"]
    assert (before.code, after.code) == ("k0", "k2")


def test_a_party_without_assets_in_china_is_remote(world):
    remote = world.with_party("server_maker", china_exposure=Truth.FALSE).judge()
    finding = by_step(remote)["refusal_on_list"]
    assert (finding.code, finding.bound) == ("k0", Bound.REMOTE)


def test_unknown_exposure_is_shown_as_the_strictest_that_is_possible(world):
    unknown = world.with_party("server_maker", china_exposure=Truth.UNKNOWN).judge()
    finding = by_step(unknown)["refusal_on_list"]
    assert (finding.code, finding.truth, finding.bound) == ("k2", Truth.UNKNOWN, None)
    assert "bound" in finding.missing


def test_opposite_commands_only_where_a_live_order_names_the_measure(world, pack):
    today = world.but(on=TODAY)
    assert "k3" not in {finding.code for finding in today.judge().conflicts}
    ordered = pack.with_([Overlay(path="cn.live_orders", value=("us_chip_rules",))])
    steps = by_step(today.but(pack=ordered).judge())
    assert steps["refusal_on_list"].code == "k3"
    assert steps["end_user_statement"].code == "k0"


@pytest.mark.parametrize("exposure", list(Truth))
def test_a_conflict_changes_no_gate(world, exposure):
    changed = world.with_party("server_maker", china_exposure=exposure).judge()
    assert changed.row == world.judge().row


def test_codes_are_those_of_the_scale(world):
    assert {finding.code for finding in world.judge().conflicts} <= set(FINDINGS)
