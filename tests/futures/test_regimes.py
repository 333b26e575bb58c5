from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from narrows.core import Gate, GateState, InputError
from narrows.futures import GateChains, load_regimes, regime_chain, regime_tree
from narrows.futures.tree import keep_likeliest


def test_every_joint_state_has_one_regime() -> None:
    scheme = load_regimes()
    assert len(scheme.membership) == 4**3
    assert set(scheme.membership.tolist()) == set(range(len(scheme.names)))
    assert 4 <= len(scheme.names) <= 6


def test_the_first_regime_that_holds_applies() -> None:
    scheme = load_regimes()
    shut = scheme.joint_states.index((GateState.SHUT, GateState.SHUT, GateState.SHUT))
    assert scheme.names[scheme.membership[shut]] == "licence_shut"


def test_a_scheme_without_a_last_rule_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "regimes.yaml"
    path.write_text("gates: [customs]\nregimes: [{id: a, when: {customs: [shut]}}]\n")
    with pytest.raises(InputError, match="no regime covers"):
        load_regimes(path)


def test_matrices_are_stochastic_and_start_where_the_beliefs_are(chains: GateChains) -> None:
    chain = regime_chain(chains, "h200", draws=20)
    np.testing.assert_allclose(chain.draws.sum(axis=2), 1.0)
    np.testing.assert_allclose(chain.mean.sum(axis=1), 1.0)
    assert chain.start.sum() == pytest.approx(1)
    assert chain.names[int(np.argmax(chain.start))] == "customs_shut"
    assert chain.typical("customs_shut")[Gate.CUSTOMS] is GateState.SHUT


def test_merging_keeps_the_one_quarter_odds_of_a_gate(chains: GateChains) -> None:
    """Regime 'licence shut' is one state of one gate, so its one-quarter odds must agree."""
    chain = regime_chain(chains, "h200", draws=50, horizon_quarters=0)
    direct = chains.p_state("h200", quarters=1, draws=50)[Gate.EXPORT_LICENCE]
    merged = np.einsum("r,drs->ds", chain.start, chain.draws).mean(axis=0)
    assert merged[0] == pytest.approx(direct.mean[1, 3], abs=1e-12)


def test_steps_keep_the_odds_of_a_gate_at_every_quarter(chains: GateChains) -> None:
    chain = regime_chain(chains, "h200", draws=50, horizon_quarters=8)
    direct = chains.p_state("h200", quarters=8, draws=50)[Gate.EXPORT_LICENCE]
    np.testing.assert_allclose(chain.steps.sum(axis=2), 1.0)
    np.testing.assert_allclose(
        chain.p_regime(quarters=8)[:, 0], direct.mean[:, 3], rtol=0, atol=1e-12
    )


def test_a_tree_has_unit_mass_at_every_stage(chains: GateChains) -> None:
    chain = regime_chain(chains, "h200", draws=20)
    tree = regime_tree(chain, quarters=12, branch_at=(1, 3, 6), width=3)
    for stage in range(12):
        assert tree.probability[tree.stage == stage].sum() == pytest.approx(1)
    assert (tree.stage == 11).sum() == 27
    assert (tree.parent[1:] < np.arange(1, len(tree.parent))).all()


def test_a_tree_as_wide_as_the_regimes_moves_nothing(chains: GateChains) -> None:
    chain = regime_chain(chains, "h200", draws=20)
    tree = regime_tree(chain, quarters=3, branch_at=(1,), width=len(chain.names))
    assert tree.moved_probability == pytest.approx(0)
    np.testing.assert_allclose(
        tree.probability[tree.stage == 1], chain.steps[0][int(np.argmax(chain.start))]
    )


def test_left_out_probability_goes_to_the_nearest_kept() -> None:
    reduced, moved = keep_likeliest(np.array([0.1, 0.5, 0.05, 0.35]), 2)
    np.testing.assert_allclose(reduced, [0.0, 0.65, 0.0, 0.35])
    assert moved == pytest.approx(0.15)


@pytest.mark.parametrize("branch_at", [(0,), (3, 1), (12,)])
def test_bad_branchings_are_refused(chains: GateChains, branch_at: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="branch_at"):
        regime_tree(
            regime_chain(chains, "h200", draws=2), quarters=12, branch_at=branch_at, width=2
        )
