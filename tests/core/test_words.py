"""Gates, messages, magnitudes, units, money, estimates, grades, errors."""

import pickle
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from narrows.core import (
    GATE_ORDER,
    AmbiguousNameError,
    Currency,
    Estimate,
    ExchangeRate,
    Gate,
    GateReading,
    GateState,
    Grade,
    InputError,
    Locale,
    Money,
    Obtained,
    RefusalError,
    convert,
    convert_money,
    from_draws,
    largest_step,
    message,
    power_of_ten,
    scale,
    worst_grade,
)


def test_the_seven_gates_stand_in_order():
    assert [str(gate) for gate in GATE_ORDER] == [
        "classification", "export_licence", "cn_approval", "quota", "slot", "customs", "acceptance",
    ]  # fmt: skip


def test_a_band_belongs_to_discretion_and_only_there():
    text = message("core.test.gate")
    GateReading(Gate.CUSTOMS, GateState.DISCRETIONARY, text, p_low=0.0, p_high=0.3)
    with pytest.raises(ValueError, match="band belongs"):
        GateReading(Gate.CUSTOMS, GateState.DISCRETIONARY, text)
    with pytest.raises(ValueError, match="band belongs"):
        GateReading(Gate.CUSTOMS, GateState.OPEN, text, p_low=0.0, p_high=0.3)
    with pytest.raises(ValueError, match="p_low <= p_high"):
        GateReading(Gate.CUSTOMS, GateState.DISCRETIONARY, text, p_low=0.4, p_high=0.3)


def test_a_message_travels_between_processes():
    said = message("rules.gate.shut", day=date(2026, 1, 23), reason=None)
    came = pickle.loads(pickle.dumps(said))  # noqa: S301 # our own
    assert came == said
    with pytest.raises(TypeError):
        came.values["day"] = 2


def test_message_ids_are_dotted_lower_case():
    assert message("rules.gate.shut", day=1) == message("rules.gate.shut", day=1)
    with pytest.raises(ValueError, match="dotted"):
        message("Hello there")


@pytest.mark.parametrize(
    ("number", "words", "locale", "expected"),
    [
        ("94.44", "億", Locale.ZH_HANT, 9_444_000_000),
        ("2", "萬億", Locale.ZH_HANT, 2 * 10**12),
        ("2", "万亿", Locale.ZH_HANS, 2 * 10**12),
        ("3", "兆", Locale.ZH_HANT, 3 * 10**12),
        ("3", "兆", Locale.ZH_HANS, 3 * 10**6),
        ("70", "bn", Locale.EN, 70 * 10**9),
        ("5", "million", Locale.EN, 5 * 10**6),
    ],
)
def test_magnitude_words(number, words, locale, expected):
    assert scale(Decimal(number), words, locale) == expected


def test_a_lone_mega_or_tera_is_not_english():
    with pytest.raises(ValueError, match="not a magnitude"):
        power_of_ten("兆", Locale.EN)


def test_largest_step_is_what_a_reader_expects():
    assert largest_step(5.46e11, Locale.ZH_HANT) == (5460.0, "億")
    assert largest_step(7e10, Locale.EN) == (70.0, "bn")
    assert largest_step(12, Locale.EN) == (12, "")


def test_units_convert_within_a_dimension_only():
    assert convert(4.8, unit="TB/s", to="GB/s") == pytest.approx(4800)
    with pytest.raises(ValueError, match="cannot turn"):
        convert(1, unit="TB/s", to="GB")
    with pytest.raises(ValueError, match="unknown unit"):
        convert(1, unit="furlong", to="GB")


RATES = [
    ExchangeRate(Currency.USD, Currency.CNY, 7.0, date(2026, 1, 5), date(2026, 1, 5), "s"),
    ExchangeRate(Currency.USD, Currency.CNY, 9.0, date(2026, 6, 5), date(2026, 6, 5), "s"),
]


def test_money_uses_the_latest_rate_known_then():
    known = date(2026, 1, 23)
    there, rate = convert_money(Money(2, Currency.USD), Currency.CNY, RATES, known_on=known)
    back, _ = convert_money(there, Currency.USD, RATES, known_on=known)
    assert (there.amount, rate) == (14.0, RATES[0])
    assert back.amount == pytest.approx(2)
    with pytest.raises(RefusalError, match="no exchange rate"):
        convert_money(Money(1, Currency.USD), Currency.HKD, RATES, known_on=known)


def test_an_estimate_is_ordered_and_finite():
    with pytest.raises(ValueError, match="out of order"):
        Estimate(2, 1, 3, unit="1", obtained=Obtained.MEASURED)
    with pytest.raises(ValueError, match="finite"):
        Estimate(1, float("nan"), 3, unit="1", obtained=Obtained.MEASURED)
    draws = np.arange(101.0)
    assert from_draws(draws, "1", Obtained.CALIBRATED).p95 == pytest.approx(95)
    with pytest.raises(ValueError, match="no draws"):
        from_draws([], "1", Obtained.CALIBRATED)


def test_a_chain_is_as_good_as_its_weakest_link():
    assert worst_grade(Grade.A, Grade.C, Grade.B) is Grade.C
    with pytest.raises(ValueError, match="no grade"):
        worst_grade()


def test_errors_are_one_line_with_place_and_mend():
    error = InputError("negative power", "write a positive number", "s.yaml", 7, "sites.0", -4)
    assert str(error) == ("s.yaml:7: sites.0: negative power (got -4); write a positive number")
    assert len(str(InputError("x", "y", value="z" * 10_000))) < 200
    assert "name one of: b1, b2" in str(AmbiguousNameError("chip", "910B", ("b1", "b2")))
