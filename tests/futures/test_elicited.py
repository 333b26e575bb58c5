from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.core import InputError
from narrows.futures import parse_elicited
from narrows.futures.elicited import Law


def test_a_lognormal_interval_holds_its_share() -> None:
    one = parse_elicited("lognormal 90% 20000 to 30000")
    estimate = one.estimate("USD")
    assert estimate.p05 == pytest.approx(20_000)
    assert estimate.p95 == pytest.approx(30_000)
    assert estimate.p50 == pytest.approx(np.sqrt(20_000 * 30_000))
    draws = one.draw(200_000, seed=1)
    assert ((draws > 20_000) & (draws < 30_000)).mean() == pytest.approx(0.9, abs=0.003)


def test_a_narrower_share_makes_wider_tails() -> None:
    assert parse_elicited("normal 50% 0 to 2").estimate("1").p95 > 2


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("3 to 5", Law.LOGNORMAL),
        ("-3 to 5", Law.NORMAL),
        ("7", Law.CONSTANT),
        (7, Law.CONSTANT),
        ("uniform 0 to 1", Law.UNIFORM),
        ("triangular 1 to 2 to 5", Law.TRIANGULAR),
        ("  1e3   to 2_000 ", Law.LOGNORMAL),
    ],
)
def test_the_law_is_read_or_implied(text: str | float, law: Law) -> None:
    assert parse_elicited(text).law is law


def test_triangular_draws_have_their_mean() -> None:
    draws = parse_elicited("triangular 1 to 2 to 6").draw(200_000, seed=2)
    assert draws.mean() == pytest.approx(3.0, abs=0.01)
    assert draws.min() >= 1
    assert draws.max() <= 6


@given(st.floats(0.01, 1e6), st.floats(1.01, 100), st.floats(0.01, 0.99))
def test_quantiles_rise(low: float, ratio: float, chance: float) -> None:
    one = parse_elicited(f"lognormal {low!r} to {low * ratio!r}")
    assert one.quantile(chance) < one.quantile(min(chance + 0.005, 0.999))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("5 to 3", "ends before"),
        ("lognormal -1 to 3", "above zero"),
        ("gamma 1 to 3", "unknown law"),
        ("about ten", "not an uncertain number"),
        ("triangular 1 to 2", "takes 3"),
        ("uniform 1", "takes 2"),
        ("normal 100% 1 to 3", "between 0 and 100"),
        ("triangular 1 to 9 to 5", "outside"),
        (float("nan"), "finite"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str | float, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        parse_elicited(text)
