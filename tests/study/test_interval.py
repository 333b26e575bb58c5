"""Uncertain quantities as planners write them."""

import numpy as np
import pytest

from narrows.catalog import data_root, load_catalog
from narrows.core import FieldValueError, InputError
from narrows.study.facts import Band, FactBook
from narrows.study.given import Given
from narrows.study.interval import parse_interval
from narrows.study.load import load_study
from narrows.study.perspectives.draws import draw


@pytest.mark.parametrize(
    ("text", "unit", "p05", "p95"),
    [
        ("30 to 60 MW", "MW", 30, 60),
        ("30,000 kW to 60 MW", "MW", 30, 60),
        ("2 to 3 bn CNY", "CNY", 2e9, 3e9),
        ("lognormal 90% 20,000 USD/chip to 30,000 USD/chip", "USD/chip", 2e4, 3e4),
        ("uniform 0 to 100 chips", "chip", 5, 95),
        ("20 % to 40 %", "1", 0.2, 0.4),
        ("normal 90% 10 to 20 萬 chips", "chip", 1e5, 2e5),
    ],
)
def test_ends_of_an_interval(text, unit, p05, p95):
    low, middle, high = parse_interval(text, unit=unit, minimum=0.0, maximum=None).ends()
    assert (low, high) == (pytest.approx(p05), pytest.approx(p95))
    assert low < middle < high


def test_how_sure_moves_the_ends():
    wide = parse_interval("lognormal 50% 2 to 3 CNY", unit="CNY", minimum=0.0, maximum=None)
    assert wide.ends()[0] < 2.0
    assert float(wide.quantile(np.array([0.25]))[0]) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("30 to 60", "missing unit"),
        ("60 to 30 MW", "ends before it starts"),
        ("gamma 30 to 60 MW", "unknown law"),
        ("triangular 30 to 60 MW", "takes 3 numbers"),
        ("30 MW to 60 CNY", "wrong unit"),
        ("normal 1 to 20 MW", "below 0"),
        ("lognormal 0 to 20 MW", "lies above zero"),
        ("a to b MW", "not a quantity"),
    ],
)
def test_what_cannot_be_meant_is_refused(text, problem):
    with pytest.raises(FieldValueError, match=problem):
        parse_interval(text, unit="MW", minimum=0.0, maximum=None)


def test_a_share_above_one_is_impossible():
    with pytest.raises(FieldValueError, match="above 1"):
        parse_interval("50 % to 90 %", unit="1", minimum=0.0, maximum=1.0)


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


def test_draws_follow_the_law_of_the_study(catalog):
    interval = parse_interval("uniform 10 to 20 chips", unit="chip", minimum=0.0, maximum=None)
    low, middle, high = interval.ends()
    given = Given(unit="chip", value=middle, low=low, high=high, interval=interval)
    band: Band = FactBook(catalog, load_study("h200", catalog).study).band(given, "stock")
    drawn = draw(band, seed=(1,))
    assert drawn.min() == pytest.approx(10.0, abs=0.01)
    assert drawn.max() == pytest.approx(20.0, abs=0.01)
    assert np.quantile(drawn, 0.25) == pytest.approx(12.5, abs=0.2)
    assert band.low.formula == "p05 of `uniform 10 to 20 chips`, assumed in the study"


def test_a_study_takes_an_interval_and_names_its_fault(tmp_path, catalog):
    text = (data_root() / "studies" / "h200.yaml").read_text(encoding="utf-8")
    old = "rack_power: {value: 40 kW, low: 20 kW, high: 60 kW, note: an air-cooled rack}"
    assert old in text
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, "rack_power: 20 to 60 kW"), encoding="utf-8")
    given = load_study(str(path), catalog).study.rack_power
    assert given.assumed
    assert given.value == pytest.approx(np.sqrt(20 * 60))
    wrong = "rack_power: {value: 20 to 60 kW, low: 10 kW}"
    path.write_text(text.replace(old, wrong), encoding="utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if one == old)
    with pytest.raises(InputError, match=rf"mine.yaml:{line}: rack_power: low beside an interval"):
        load_study(str(path), catalog)
