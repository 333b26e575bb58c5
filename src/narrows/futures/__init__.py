"""Floor 2: what may happen. Gate chains, regimes, arrivals, bands, scored against what happened.

Everything is fitted to what was public on a day. The room knows events and market figures; it
knows no text of law and no plan.
"""

from narrows.futures.arrivals import Arrivals, arrivals
from narrows.futures.backtest import Backtest, run_backtest
from narrows.futures.backtest_plan import BacktestPlan, DeliveryQuestion, load_backtest_plan
from narrows.futures.bands import Band, Opinion, band, bands
from narrows.futures.bottleneck import Bottleneck, bottleneck, load_bottleneck
from narrows.futures.chains import GateChain, GateChains, StateOdds, fit_chains
from narrows.futures.conversion import (
    CONVERSION_STATES,
    ConversionModel,
    Shares,
    conversion_index,
    fit_shares,
    load_conversion,
)
from narrows.futures.deliveries import DeliveryAnswer, Driver, answer_deliveries
from narrows.futures.discretise import MarkovLevels, markov_levels
from narrows.futures.elicited import Elicited, Law, elicit, parse_elicited
from narrows.futures.event_study import EventStudy, Reaction, event_study, reaction_tree
from narrows.futures.findings import (
    backtest_findings,
    delivery_findings,
    gate_findings,
    happened_finding,
    market_findings,
    reaction_findings,
)
from narrows.futures.forecast_file import (
    ForecastFile,
    KeptForecast,
    KeptScore,
    forecasts_text,
    load_forecasts,
    make_forecasts,
    packaged_forecasts,
    score_forecasts,
)
from narrows.futures.forecasters import Forecaster
from narrows.futures.funnel import StageSeen, funnel_seen
from narrows.futures.hint_scores import HintScore, score_hints
from narrows.futures.history import Counts, History, Step
from narrows.futures.houses import Disagreement, HouseView, house_views
from narrows.futures.joint import JointChain, joint_chain
from narrows.futures.lines import Line, load_lines
from narrows.futures.market_report import Outlook, market_outlook, outlook_tree
from narrows.futures.outlook_score import (
    ScoredFile,
    outlook,
    outlook_findings,
    outlook_score_tree,
    score_file,
)
from narrows.futures.path_model import PathModel, load_path_model
from narrows.futures.persistence_file import persistence_forecasts
from narrows.futures.prices import Prices, read_prices
from narrows.futures.prior import ChainPrior, load_chain_prior
from narrows.futures.quarters import quarter_ends, quarters_after
from narrows.futures.regime_chain import RegimeChain, regime_chain
from narrows.futures.regimes import RegimeRule, RegimeScheme, load_regimes
from narrows.futures.replay import Said, replay
from narrows.futures.report import backtest_tree, chains_tree, funnel_tree, soft_news_tree
from narrows.futures.simulate import Futures, simulate
from narrows.futures.soft_news import Hint, SoftNews, load_soft_news
from narrows.futures.speed import SpeedRow, bench_futures
from narrows.futures.states import STATES
from narrows.futures.summary import reliability, scores
from narrows.futures.supply import (
    Supplied,
    domestic_supply,
    imported_supply,
    processing_performance,
)
from narrows.futures.tree import RegimeTree, regime_tree

__all__ = [
    "CONVERSION_STATES",
    "STATES",
    "Arrivals",
    "Backtest",
    "BacktestPlan",
    "Band",
    "Bottleneck",
    "ChainPrior",
    "ConversionModel",
    "Counts",
    "DeliveryAnswer",
    "DeliveryQuestion",
    "Disagreement",
    "Driver",
    "Elicited",
    "EventStudy",
    "ForecastFile",
    "Forecaster",
    "Futures",
    "GateChain",
    "GateChains",
    "Hint",
    "HintScore",
    "History",
    "HouseView",
    "JointChain",
    "KeptForecast",
    "KeptScore",
    "Law",
    "Line",
    "MarkovLevels",
    "Opinion",
    "Outlook",
    "PathModel",
    "Prices",
    "Reaction",
    "RegimeChain",
    "RegimeRule",
    "RegimeScheme",
    "RegimeTree",
    "Said",
    "ScoredFile",
    "Shares",
    "SoftNews",
    "SpeedRow",
    "StageSeen",
    "StateOdds",
    "Step",
    "Supplied",
    "answer_deliveries",
    "arrivals",
    "backtest_findings",
    "backtest_tree",
    "band",
    "bands",
    "bench_futures",
    "bottleneck",
    "chains_tree",
    "conversion_index",
    "delivery_findings",
    "domestic_supply",
    "elicit",
    "event_study",
    "fit_chains",
    "fit_shares",
    "forecasts_text",
    "funnel_seen",
    "funnel_tree",
    "gate_findings",
    "happened_finding",
    "house_views",
    "imported_supply",
    "joint_chain",
    "load_backtest_plan",
    "load_bottleneck",
    "load_chain_prior",
    "load_conversion",
    "load_forecasts",
    "load_lines",
    "load_path_model",
    "load_regimes",
    "load_soft_news",
    "make_forecasts",
    "market_findings",
    "market_outlook",
    "markov_levels",
    "outlook",
    "outlook_findings",
    "outlook_score_tree",
    "outlook_tree",
    "packaged_forecasts",
    "parse_elicited",
    "persistence_forecasts",
    "processing_performance",
    "quarter_ends",
    "quarters_after",
    "reaction_findings",
    "reaction_tree",
    "read_prices",
    "regime_chain",
    "regime_tree",
    "reliability",
    "replay",
    "run_backtest",
    "score_file",
    "score_forecasts",
    "score_hints",
    "scores",
    "simulate",
    "soft_news_tree",
]
