from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from narrows.core import Gate, GateState, Grade
from narrows.futures import History, Step
from narrows.futures.belief import SoftSignal, filter_belief
from narrows.futures.posterior import generator
from narrows.futures.prior import load_chain_prior

Q = generator(np.full((4, 4), 0.5))
DAY = date(2026, 1, 1)
SHUT = History(
    line="toy",
    gate=Gate.CUSTOMS,
    steps=(Step(day=DAY, state=GateState.SHUT, cites=("E1",), grade=Grade.A),),
    until=DAY,
    ended=False,
)


def test_a_first_report_is_right_as_often_as_its_grade_says() -> None:
    prior = load_chain_prior()
    belief = filter_belief(SHUT, q=Q, prior=prior, on=DAY)
    right = prior.report_is_right["A"]
    assert belief[3] == pytest.approx(right + (1 - right) / 4)
    assert belief.sum() == pytest.approx(1)


def test_soft_news_multiplies_by_its_likelihood() -> None:
    prior = replace(load_chain_prior(), unreported_share=0.0)
    before = filter_belief(SHUT, q=Q, prior=prior, on=DAY)
    hint = SoftSignal(DAY, np.array([2.0, 1.0, 1.0, 0.5]))
    after = filter_belief(SHUT, [hint], q=Q, prior=prior, on=DAY)
    expected = before * hint.likelihood
    np.testing.assert_allclose(after, expected / expected.sum())


def test_silence_drifts_only_at_the_unreported_share() -> None:
    still = replace(load_chain_prior(), unreported_share=0.0)
    later = date(2028, 1, 1)
    np.testing.assert_allclose(
        filter_belief(SHUT, q=Q, prior=still, on=later),
        filter_belief(SHUT, q=Q, prior=still, on=DAY),
    )
    drifting = replace(still, unreported_share=0.1)
    assert filter_belief(SHUT, q=Q, prior=drifting, on=later)[3] < 0.95


def test_news_before_the_first_report_is_not_used() -> None:
    prior = load_chain_prior()
    early = SoftSignal(date(2025, 1, 1), np.array([100.0, 1.0, 1.0, 1.0]))
    np.testing.assert_array_equal(
        filter_belief(SHUT, [early], q=Q, prior=prior, on=DAY),
        filter_belief(SHUT, q=Q, prior=prior, on=DAY),
    )
