"""Cheaper electricity for domestic chips alone, and limits of exposure, from the study file."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from narrows.catalog import data_root, load_catalog
from narrows.core import RefusalError
from narrows.planning import check_plan, optimum
from narrows.rules import load_pack
from narrows.study.bridge.electricity import choose_sites, with_domestic_sites
from narrows.study.load import open_study
from narrows.study.perspectives import Question
from narrows.study.perspectives.buyer import ask_rooms
from narrows.study.schema import Origin

SOURCE = (data_root() / "studies" / "h200.yaml").read_text(encoding="utf-8")
SHORT = SOURCE.replace("\nquarters: 12\n", "\nquarters: 5\n")
CATALOG, PACK = load_catalog(), load_pack()


def _ask(folder, text):
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return ask_rooms(
        Question(document=open_study(str(path)), catalog=CATALOG, pack=PACK, as_known_on=None,
                 report=lambda _: None)
    )  # fmt: skip


def _cheap(price):
    """Give every site a price for domestic chips alone, and no imports yet."""
    lines = [
        line + f"\n    electricity_domestic_only: {price}"
        if line.strip().startswith("electricity:")
        else line
        for line in SHORT.splitlines()
    ]
    text = re.sub(r"\n    holdings:(\n      .*)+", "", "\n".join(lines) + "\n")
    assert text.count("electricity_domestic_only") == 2
    return text


@pytest.fixture(scope="module")
def cheap(tmp_path_factory):
    return _ask(tmp_path_factory.mktemp("cheap"), _cheap("0.2 CNY/kWh"))


def test_every_choice_is_planned_and_the_cheapest_kept(cheap):
    sites = {choice.sites for choice in cheap.power}
    assert sites == {(), ("north",), ("east",), ("north", "east")}
    costs = [choice.cost for choice in cheap.power]
    assert costs == sorted(costs)
    assert cheap.facts.domestic_only == cheap.power[0].sites
    assert check_plan(cheap.problem, cheap.plan) == ()
    assert cheap.relaxed.objective == pytest.approx(costs[0], rel=1e-6)


def test_a_chosen_site_pays_the_price_and_takes_no_import(cheap):
    everywhere = replace(cheap.facts, domestic_only=())
    base = with_domestic_sites(cheap.problem, everywhere, cheap.planned, ())
    chosen = with_domestic_sites(base, everywhere, cheap.planned, ("north",))
    imports = np.array([one.option.origin is Origin.IMPORT for one in cheap.planned])
    north = [site.id for site in cheap.facts.study.sites].index("north")
    assert not chosen.sites.takes[imports, north].any()
    assert chosen.sites.takes[~imports].all()
    pue = cheap.facts.band(cheap.facts.study.sites[north].pue, "pue").value
    np.testing.assert_allclose(chosen.sites.energy_price[north], 0.2 * pue * 8766.0 / 4.0)


def test_a_price_that_saves_nothing_leaves_the_sites_open(tmp_path):
    answered = _ask(tmp_path, _cheap("5 CNY/kWh"))
    assert answered.facts.domestic_only == ()
    assert {choice.sites for choice in answered.power} > {()}


def test_a_site_with_imports_on_their_way_is_not_closed_to_them(cheap):
    row = next(k for k, one in enumerate(cheap.planned) if one.option.origin is Origin.IMPORT)
    open_ = replace(cheap.facts, domestic_only=())
    booked = cheap.problem.offers.booked.copy()
    booked[row, 0, 1] = 4.0
    takes = np.ones_like(cheap.problem.sites.takes)
    begun = replace(
        cheap.problem,
        offers=replace(cheap.problem.offers, booked=booked),
        sites=replace(cheap.problem.sites, takes=takes),
    )
    assert all("north" not in one.sites for one in choose_sites(begun, open_, cheap.planned))


def _exposed(part):
    limit = f"exposure:\n  - {{id: huawei, options: [ascend-910c, ascend-950], at_most: {part}}}\n"
    return SHORT + limit


def test_a_limit_of_exposure_holds_on_the_fleet_and_costs(tmp_path):
    free, bound = _ask(tmp_path, SHORT), _ask(tmp_path, _exposed("30 %"))
    names = [one.id for one in bound.planned]
    named = np.isin(names, ["ascend-910c", "ascend-950"])
    fleet = bound.plan.fleet.sum(axis=2)
    assert np.all(fleet[:, named].sum(axis=1) <= 0.3 * fleet.sum(axis=1) + 1e-4)
    held = free.plan.fleet.sum(axis=2)
    assert np.any(held[:, named].sum(axis=1) > 0.3 * held.sum(axis=1))
    assert check_plan(bound.problem, bound.plan) == ()
    assert optimum(bound.problem).cost > optimum(free.problem).cost


def test_a_limit_that_is_a_ban_is_refused(tmp_path):
    with pytest.raises(RefusalError, match="is a ban"):
        _ask(tmp_path, _exposed("0 %"))


def test_the_measure_of_risk_is_chosen_by_name(tmp_path):
    text = SHORT.replace("cvar_confidence:", "cvar_measure: nested\n  cvar_confidence:")
    assert text != SHORT
    answered = _ask(tmp_path, text)
    assert answered.problem.risk.measure == "nested"
    assert check_plan(answered.problem, answered.plan) == ()
