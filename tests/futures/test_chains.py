from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.linalg import expm

from narrows.catalog import Catalog
from narrows.core import COMPILED_ON, Gate, GateState, RefusalError, UnknownNameError
from narrows.futures import STATES, GateChains, fit_chains, load_lines
from narrows.futures.chains import propagate

JANUARY = date(2026, 1, 23)

Delete = Callable[[Catalog, date], Catalog]


def same(one: GateChains, other: GateChains) -> bool:
    return all(
        one.p_state(line, quarters=4)[gate].mean.tobytes()
        == other.p_state(line, quarters=4)[gate].mean.tobytes()
        for line in other.lines
        for gate in other.gates_of(line)
    )


def test_deleting_what_became_known_later_changes_no_byte(
    catalog: Catalog, chains: GateChains, deleted: Delete
) -> None:
    fewer = fit_chains(deleted(catalog, JANUARY), known_on=JANUARY)
    assert fewer.lines == chains.lines
    assert same(chains, fewer)
    for gate in chains.chains:
        assert chains.chain(gate).evidence == fewer.chain(gate).evidence


def test_order_of_events_and_lines_changes_no_byte(catalog: Catalog, chains: GateChains) -> None:
    turned = replace(catalog, events=tuple(reversed(catalog.events)))
    assert same(chains, fit_chains(turned, known_on=JANUARY, lines=tuple(reversed(load_lines()))))


def test_state_of_the_h200_gates_in_january(chains: GateChains) -> None:
    expected = {
        Gate.EXPORT_LICENCE: GateState.CONDITIONAL,
        Gate.CN_APPROVAL: GateState.CONDITIONAL,
        Gate.CUSTOMS: GateState.SHUT,
        Gate.SLOT: GateState.CONDITIONAL,
    }
    for gate, state in expected.items():
        assert STATES[int(np.argmax(chains.start("h200", gate)))] is state


def test_later_moves_are_not_seen(catalog: Catalog) -> None:
    early = fit_chains(catalog, known_on=date(2026, 1, 13))
    assert STATES[int(np.argmax(early.start("h200", Gate.CUSTOMS)))] is GateState.DISCRETIONARY
    assert "E065" not in early.chain(Gate.CUSTOMS).evidence


def test_odds_are_chances_and_their_band_is_in_order(chains: GateChains) -> None:
    for odds in chains.p_state("h200", quarters=8).values():
        np.testing.assert_allclose(odds.mean.sum(axis=1), 1.0)
        assert (odds.p05 <= odds.p50).all()
        assert (odds.p50 <= odds.p95).all()
        assert odds.evidence


def test_propagation_of_two_states_in_closed_form() -> None:
    q = np.array([[-1.0, 1.0], [3.0, -3.0]])
    chances = propagate(np.array([1.0, 0.0]), expm(q / 4)[None], quarters=6)
    time = np.arange(7) / 4
    np.testing.assert_allclose(chances[0, :, 0], 0.75 + 0.25 * np.exp(-4 * time), atol=1e-12)


def test_nothing_known_is_refused(catalog: Catalog) -> None:
    with pytest.raises(RefusalError, match="no gate state was known"):
        fit_chains(catalog, known_on=date(2015, 1, 1))


def test_a_gate_of_which_nothing_was_known_is_refused(catalog: Catalog) -> None:
    today = fit_chains(catalog, known_on=COMPILED_ON)
    with pytest.raises(RefusalError, match="nothing was known of export_licence"):
        today.start("rtx_pro_5500", Gate.EXPORT_LICENCE)
    with pytest.raises(RefusalError):
        today.chain(Gate.QUOTA)


def test_a_line_that_nobody_follows_is_unknown(catalog: Catalog, chains: GateChains) -> None:
    with pytest.raises(UnknownNameError):
        chains.start("h300", Gate.CUSTOMS)
    with pytest.raises(UnknownNameError):
        fit_chains(catalog, known_on=JANUARY, products=["h300"])


def test_a_single_product_can_be_fitted_alone(catalog: Catalog) -> None:
    alone = fit_chains(catalog, known_on=JANUARY, products=["h200"])
    assert alone.lines == ("h200",)
    assert alone.chain(Gate.CN_APPROVAL).counts.jumps.sum() == 1
