from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.brief.catalogue import load_catalogue
from narrows.catalog import Catalog
from narrows.cli.market import market
from narrows.core import COMPILED_ON, InputError, RefusalError
from narrows.futures import (
    domestic_supply,
    market_findings,
    market_outlook,
    outlook_tree,
    processing_performance,
)
from narrows.futures.growth import level, yearly_growth
from narrows.futures.houses import disagreements, house_views, load_houses
from narrows.futures.supply_list import load_supply

JANUARY = date(2026, 1, 23)


def test_growth_of_the_precedence_series() -> None:
    assert yearly_growth(94.44, 1104.68, 10) == pytest.approx(0.2788, abs=5e-5)
    assert yearly_growth(121.73, 1104.68, 9) == pytest.approx(0.2777, abs=5e-5)


@given(st.floats(0.1, 1e4), st.floats(-0.5, 2.0), st.integers(1, 20))
def test_level_and_growth_undo_each_other(start: float, growth: float, years: int) -> None:
    assert yearly_growth(start, level(start, growth, years), years) == pytest.approx(growth)


def test_houses_that_do_not_fit_are_named(catalog: Catalog) -> None:
    views = house_views(catalog, load_houses(), known_on=COMPILED_ON)
    assert {view.id for view in views if view.fits is False} == {
        "thetechdata",
        "tmr",
        "researchintelo",
    }


def test_the_houses_of_2025_differ_by_more_than_tenfold(catalog: Catalog) -> None:
    houses = load_houses()
    bands = disagreements(house_views(catalog, houses, known_on=COMPILED_ON), houses)
    assert bands[0].year == 2025
    assert bands[0].ratio > 10


def test_a_house_is_compared_only_within_its_own_span(catalog: Catalog) -> None:
    for view in house_views(catalog, load_houses(), known_on=COMPILED_ON):
        assert all(view.start_year <= year <= view.end_year for year in view.at)


def test_later_forecasts_are_not_seen(catalog: Catalog) -> None:
    assert "precedence" not in {
        view.id for view in house_views(catalog, load_houses(), known_on=JANUARY)
    }
    with pytest.raises(RefusalError, match="no market forecast"):
        house_views(catalog, load_houses(), known_on=date(2021, 1, 1))


def test_processing_performance_of_the_910c(catalog: Catalog) -> None:
    assert processing_performance(catalog.chip("910C")) == pytest.approx(752 * 16)


def test_sums_name_the_vendors_that_they_leave_out(catalog: Catalog) -> None:
    supply = load_supply()
    found = domestic_supply(catalog, supply, known_on=COMPILED_ON)
    sums = {one.year: one for one in found if one.name == "domestic"}
    assert set(sums) == {2025, 2026, 2027, 2028}
    assert sums[2025].without_units == ()
    assert "Alibaba T-Head" in sums[2027].without_units
    parts = [one for one in found if one.year == 2025 and one.name != "domestic"]
    assert sums[2025].units is not None
    assert sums[2025].units.p95 == sum(one.units.p95 for one in parts if one.units is not None)


def test_the_outlook_ignores_what_came_later(
    catalog: Catalog, deleted: Callable[[Catalog, date], Catalog]
) -> None:
    one = market_outlook(catalog, known_on=JANUARY)
    two = market_outlook(deleted(catalog, JANUARY), known_on=JANUARY)
    assert json.dumps(outlook_tree(one)) == json.dumps(outlook_tree(two))


def test_every_row_and_chip_of_the_lists_is_in_the_catalogue(catalog: Catalog) -> None:
    rows = {row.id for row in catalog.market}
    supply, houses = load_supply(), load_houses()
    years = [year for vendor in supply.domestic for year in vendor.years]
    assert {row for year in years for row in year.rows} <= rows
    assert {chip for year in years for chip in year.chips} <= set(catalog.chips)
    assert {house.end for house in houses.houses} <= rows
    assert {event for link in supply.capacity for event in link.events} <= {
        event.id for event in catalog.events
    }


def test_findings_warn_of_what_is_left_out(catalog: Catalog) -> None:
    ids = {found.id for found in market_findings(market_outlook(catalog, known_on=COMPILED_ON))}
    assert {"futures.market.disagreement", "futures.market.unknown_vendors"} <= ids


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_the_verb_prints_within_eighty_columns(
    capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    assert market(lang=lang) == 0
    out = capsys.readouterr().out
    assert "⟨" not in out
    assert max(len(line) for line in out.splitlines()) <= 80


def test_the_verb_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert market(as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["imported"][0]["units"]["unit"] == "chip"


@pytest.fixture
def price_file(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    levels = np.exp(np.cumsum(random.normal(0.0, 0.01, (220, 2)), axis=0))
    days = [date(2025, 6, 20) + timedelta(days=day) for day in range(220)]
    rows = [f"{day},{a:.4f},{b:.4f}" for day, (a, b) in zip(days, levels, strict=True)]
    path = tmp_path / "prices.csv"
    path.write_text("\n".join(["date,close,benchmark", *rows]))
    return path


def test_the_verb_measures_a_reaction(capsys: pytest.CaptureFixture[str], price_file: Path) -> None:
    assert market(prices=price_file, event="2026-01-13") == 0
    out = capsys.readouterr().out
    assert "istinguishable" in out or "Stands out" in out
    assert "E065" in out


def test_an_event_of_the_catalogue_stands_for_its_first_public_day(
    capsys: pytest.CaptureFixture[str], price_file: Path, catalog: Catalog
) -> None:
    event = next(one for one in catalog.events if one.known_on == date(2026, 1, 13))
    assert market(prices=price_file, event=event.id, as_json=True) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["event_day"] == "2026-01-13"
    assert event.id not in tree["other_events"]
    for one in tree["reactions"]:
        assert one["t"] == pytest.approx(one["car"] / one["prediction_error"])
        assert one["distinguishable"] == (one["holm_p"] <= 0.05)


@pytest.mark.parametrize("event", ["E999", "13 January"])
def test_an_unknown_event_is_refused(price_file: Path, event: str) -> None:
    with pytest.raises(InputError, match="neither a day nor an event"):
        market(prices=price_file, event=event)


def test_an_event_study_needs_both_inputs() -> None:
    with pytest.raises(InputError, match="--prices and --event"):
        market(event="2026-01-13")


def test_what_bears_on_capacity_names_the_figures_that_it_touches(catalog: Catalog) -> None:
    outlook = market_outlook(catalog, known_on=COMPILED_ON)
    effects = {effect.link.id: effect for effect in outlook.capacity}
    assert {row.id for row in effects["own_memory"].figures} == {"M061"}
    assert [effect.day for effect in outlook.capacity] == sorted(
        effect.day for effect in outlook.capacity
    )
    found = {one.id: one for one in market_findings(outlook)}
    assert "750,000 (500,000-750,000)" in str(
        found["futures.capacity.own_memory"].values["figures"]
    )


def test_figures_that_came_later_are_not_shown_beside_an_event(catalog: Catalog) -> None:
    january = {one.link.id: one for one in market_outlook(catalog, known_on=JANUARY).capacity}
    assert "own_memory" not in january
    assert all(
        row.known_on is not None and row.known_on <= JANUARY
        for one in january.values()
        for row in one.figures
    )


def test_every_link_has_its_words() -> None:
    entries = load_catalogue().entries
    assert {f"futures.capacity.{link.id}" for link in load_supply().capacity} <= set(entries)
