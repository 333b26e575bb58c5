"""Floor 2: what may happen. Gate chains, regimes, arrivals, bands, scored against what happened.

Everything is fitted to what was public on a day. The room knows events and market figures; it
knows no text of law and no plan.
"""

from narrows.futures.arrivals import Arrivals, arrivals
from narrows.futures.bands import Band, Opinion, band, bands
from narrows.futures.chains import GateChain, GateChains, StateOdds, fit_chains
from narrows.futures.history import Counts, History, Step
from narrows.futures.lines import Line, load_lines
from narrows.futures.prior import ChainPrior, load_chain_prior
from narrows.futures.regime_chain import RegimeChain, regime_chain
from narrows.futures.regimes import RegimeRule, RegimeScheme, load_regimes
from narrows.futures.states import STATES
from narrows.futures.tree import RegimeTree, regime_tree

__all__ = [
    "STATES",
    "Arrivals",
    "Band",
    "ChainPrior",
    "Counts",
    "GateChain",
    "GateChains",
    "History",
    "Line",
    "Opinion",
    "RegimeChain",
    "RegimeRule",
    "RegimeScheme",
    "RegimeTree",
    "StateOdds",
    "Step",
    "arrivals",
    "band",
    "bands",
    "fit_chains",
    "load_chain_prior",
    "load_lines",
    "load_regimes",
    "regime_chain",
    "regime_tree",
]
