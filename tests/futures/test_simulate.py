from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from narrows.core import Gate, InputError
from narrows.futures import Futures, GateChains, JointChain, joint_chain, load_path_model, simulate
from narrows.futures.path_model import DATA
from narrows.futures.simulate import transition_cells

GATES = (Gate.EXPORT_LICENCE, Gate.CN_APPROVAL, Gate.CUSTOMS)
MILLION_CPU_S = 1.5


@pytest.fixture(scope="module")
def chain(chains: GateChains) -> JointChain:
    return joint_chain(chains, "h200", GATES, draws=20)


@pytest.fixture(scope="module")
def futures(chain: JointChain) -> Futures:
    return simulate(chain, load_path_model(), paths=200_000, quarters=8, duty_rate=0.25, seed=3)


def test_gates_follow_their_chains(chains: GateChains, futures: Futures) -> None:
    for gate, odds in chains.p_state("h200", quarters=8, draws=20).items():
        if gate not in GATES:
            continue
        states = futures.states(gate)
        for quarter in (0, 1, 8):
            share = np.bincount(states[quarter], minlength=4) / states.shape[1]
            np.testing.assert_allclose(share, odds.mean[quarter], atol=0.012)


def test_disturbances_have_their_moments(futures: Futures) -> None:
    model = load_path_model()
    supply = np.log(futures.supply[8])
    spread = model.supply.shock * np.sqrt(
        (1 - model.supply.persistence**16) / (1 - model.supply.persistence**2)
    )
    assert supply.std() == pytest.approx(spread, rel=0.01)
    price = np.log(futures.price[8])
    assert price.mean() == pytest.approx(8 * model.price.drift, abs=0.002)
    assert price.std() == pytest.approx(model.price.shock * np.sqrt(8), rel=0.01)
    assert (futures.demand[0] == 1).all()


def test_shocks_are_correlated_as_stated(futures: Futures) -> None:
    price = np.diff(np.log(futures.price), axis=0).ravel()
    demand = np.diff(np.log(futures.demand), axis=0).ravel()
    wanted = load_path_model().correlation[1][2]
    assert np.corrcoef(price, demand)[0, 1] == pytest.approx(wanted, abs=0.005)


def test_duty_lies_between_none_and_all(futures: Futures) -> None:
    assert futures.duty_paid.min() >= 0
    assert futures.duty_paid.max() <= 0.25
    assert futures.duty_paid.mean() == pytest.approx(0.125, abs=0.001)


def test_a_seed_repeats_and_another_does_not(chain: JointChain) -> None:
    model = load_path_model()
    one, two, other = (
        simulate(chain, model, paths=500, quarters=3, duty_rate=0.0, seed=seed)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.joint, two.joint)
    np.testing.assert_array_equal(one.price, two.price)
    assert (one.price != other.price).any()


def test_cells_are_within_a_cell_of_the_probability() -> None:
    rows = np.random.default_rng(0).dirichlet(np.full(64, 0.3), size=50)
    cells = transition_cells(rows)
    for row, cell in zip(rows, cells, strict=True):
        share = np.bincount(cell, minlength=64) / 4096
        assert np.abs(share - row).max() <= 1 / 4096


@pytest.mark.nightly
def test_a_million_futures_in_time(chain: JointChain) -> None:
    started = time.process_time()
    simulate(chain, load_path_model(), paths=1_000_000, quarters=20, duty_rate=0.25, seed=0)
    assert time.process_time() - started <= MILLION_CPU_S


def test_a_hundred_thousand_futures_in_time(chain: JointChain) -> None:
    started = time.process_time()
    simulate(chain, load_path_model(), paths=100_000, quarters=20, duty_rate=0.25, seed=0)
    assert time.process_time() - started <= MILLION_CPU_S / 4


def test_an_impossible_correlation_is_refused(tmp_path: Path) -> None:
    text = (DATA / "paths.yaml").read_text(encoding="utf-8")
    path = tmp_path / "paths.yaml"
    path.write_text(text.replace("[-0.5, 1.0, 0.4]", "[-0.5, 1.0, 0.9]"), encoding="utf-8")
    with pytest.raises(InputError, match="symmetric"):
        load_path_model(path)


def test_bad_counts_are_refused(chain: JointChain) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        simulate(chain, load_path_model(), paths=0, quarters=1, duty_rate=0.0, seed=0)
