"""From futures to the tree on which the planner decides, and to what the brief shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.core import Gate, GateState
from narrows.futures import (
    STATES,
    Arrivals,
    GateChains,
    RegimeChain,
    Shares,
    StateOdds,
    arrivals,
    fit_chains,
    fit_shares,
    load_conversion,
    regime_chain,
)
from narrows.planning import Tree, tree_from_chain
from narrows.study.facts import Facts

FloatArray = npt.NDArray[np.float64]

BRANCHING: Mapping[int, int] = {1: 3, 3: 3, 8: 3}
"""27 leaves: regimes are told apart next quarter, at the year's end and after two years, since most
money moves early and a later branching costs more nodes than it adds knowledge."""
ARRIVAL_ORDER_CHIPS = 1_000
"""The order whose arrival is told: a round number that a reader can scale."""
SHARE_DRAWS = 2_000
"""Draws of the passing shares; their mean is then known to about one percent of its spread."""
SEED = 20260123
"""One seed for all draws, so that equal input gives equal bytes."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the futures say of the leading import line; ``shares`` hold of every line."""

    line: str
    chains: GateChains
    chain: RegimeChain
    shares: Shares
    odds: Mapping[Gate, StateOdds]
    arrivals: Arrivals
    tree: Tree


def leading_line(facts: Facts) -> str | None:
    """Return the line of the first import option; ``None`` where nothing is imported."""
    lines = [option.line for option in facts.study.options if option.line is not None]
    return lines[0] if lines else None


def look_ahead(facts: Facts, line: str) -> Outlook:
    """Return chains, regimes, arrivals and the tree for a line, as known on the study's day.

    Raises
    ------
    UnknownNameError, RefusalError
        Nothing was known of the line on the day.
    """
    study = facts.study
    chains = fit_chains(facts.catalog, known_on=study.as_known_on)
    chain = regime_chain(chains, line, horizon_quarters=study.quarters, seed=SEED)
    return Outlook(
        line=line,
        chains=chains,
        chain=chain,
        shares=fit_shares(
            facts.catalog,
            load_conversion(),
            known_on=study.as_known_on,
            draws=SHARE_DRAWS,
            seed=SEED,
        ),
        odds=chains.p_state(line, quarters=study.quarters, seed=SEED),
        arrivals=arrivals(
            facts.catalog,
            line,
            known_on=study.as_known_on,
            chips_ordered=ARRIVAL_ORDER_CHIPS,
            quarters=study.quarters,
            seed=SEED,
            chains=chains,
        ),
        tree=grow_tree(chain.steps[: study.quarters - 1], chain.start, chain.names),
    )


def grow_tree(steps: FloatArray, start: FloatArray, names: tuple[str, ...]) -> Tree:
    """Return the 27-leaf tree of a chain; a shorter horizon keeps the branchings that fit.

    Parameters
    ----------
    steps
        Shape ``(quarters - 1, R, R)``; the step of each quarter. They differ, since regimes merge
        states that are left at different speeds, and reproduce the odds of the gates exactly.
    """
    branching = {quarter: width for quarter, width in BRANCHING.items() if quarter <= len(steps)}
    return tree_from_chain(steps, start, branching=branching, regimes=names)


def single_tree(quarters: int) -> Tree:
    """Return the tree of a study that imports nothing: one path, one regime."""
    return grow_tree(np.ones((quarters - 1, 1, 1)), np.ones(1), ("only",))


def p_not_shut(odds: StateOdds) -> Mapping[str, FloatArray]:
    """Return the chance by quarter that a gate is anything but shut, with its band."""
    shut = STATES.index(GateState.SHUT)
    # The chance of not being shut falls as that of being shut rises, so the ends change places.
    return {
        "p05": 1.0 - odds.p95[:, shut],
        "p50": 1.0 - odds.p50[:, shut],
        "p95": 1.0 - odds.p05[:, shut],
    }
