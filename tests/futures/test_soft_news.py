from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from narrows.catalog import Catalog
from narrows.core import Gate, InputError
from narrows.futures import fit_chains, load_soft_news, score_hints

JANUARY = date(2026, 1, 23)
NONE = replace(load_soft_news(), news=(), lapses=())
KEY = ("h200", Gate.CN_APPROVAL)


def test_a_hint_multiplies_the_belief(catalog: Catalog) -> None:
    day = date(2026, 1, 15)
    hint = next(one for one in load_soft_news().news if one.cites == ("E067",))
    before = fit_chains(catalog, known_on=day, soft_news=NONE).beliefs[KEY]
    after = fit_chains(catalog, known_on=day, soft_news=replace(NONE, news=(hint,))).beliefs[KEY]
    expected = before * hint.likelihood
    np.testing.assert_allclose(after, expected / expected.sum(), atol=1e-12)


def test_hints_touch_beliefs_and_no_intensity(catalog: Catalog) -> None:
    with_hints = fit_chains(catalog, known_on=JANUARY)
    without = fit_chains(catalog, known_on=JANUARY, soft_news=NONE)
    for gate, chain in without.chains.items():
        np.testing.assert_array_equal(chain.rates.mean, with_hints.chains[gate].rates.mean)
    assert (without.beliefs[KEY] != with_hints.beliefs[KEY]).any()
    assert "E067" in with_hints.evidence_of(*KEY)
    assert "E067" not in without.evidence_of(*KEY)


def test_later_hints_are_not_seen(catalog: Catalog) -> None:
    earlier = replace(
        NONE, news=tuple(one for one in load_soft_news().news if one.cites < ("E071",))
    )
    np.testing.assert_array_equal(
        fit_chains(catalog, known_on=JANUARY, soft_news=earlier).beliefs[KEY],
        fit_chains(catalog, known_on=JANUARY).beliefs[KEY],
    )


def test_every_hint_cites_a_known_event(catalog: Catalog) -> None:
    known = {event.id for event in catalog.events}
    assert all(set(hint.cites) <= known for hint in load_soft_news().news)


def test_a_hint_that_fits_gains_and_one_that_does_not_loses(catalog: Catalog) -> None:
    hint = next(one for one in load_soft_news().news if one.cites == ("E067",))
    fitting, flat = (
        score_hints(catalog, replace(NONE, news=(hint,)))[0],
        replace(hint, open=1.0, shut=1.0),
    )
    assert fitting.gain_nats > 0
    assert score_hints(catalog, replace(NONE, news=(flat,)))[0].gain_nats == pytest.approx(0)
    against = replace(hint, discretionary=0.1)
    assert score_hints(catalog, replace(NONE, news=(against,)))[0].gain_nats < 0


def test_an_impossible_likelihood_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "soft.yaml"
    path.write_text(
        "version: 1\nelicited_on: 2026-11-23\nnews:\n"
        "  - {cites: [E1], line: x, gate: customs, open: 0, conditional: 1, discretionary: 1,"
        " shut: 1, why: y}\n"
    )
    with pytest.raises(InputError, match="positive"):
        load_soft_news(path)


def test_an_unreported_lapse_leaves_the_belief_between(catalog: Catalog) -> None:
    key = ("listed_affiliates", Gate.EXPORT_LICENCE)
    lapse = load_soft_news().lapses[0]
    before = fit_chains(catalog, known_on=date(2026, 11, 8)).beliefs[key]
    after = fit_chains(catalog, known_on=date(2026, 11, 9)).beliefs[key]
    assert after[3] == pytest.approx(lapse.chance + (1 - lapse.chance) * before[3], abs=1e-3)
