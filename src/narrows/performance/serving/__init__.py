"""Serving: prefill, decode and batching on one chip or many, with intervals."""

from narrows.performance.serving.bench import BenchRow, bench_serving
from narrows.performance.serving.candidate import Candidate
from narrows.performance.serving.compare import PhaseRates, compare_phases
from narrows.performance.serving.config_model import model_named
from narrows.performance.serving.economics import (
    Money,
    cost_per_million_tokens,
    money_of,
    package_power_w,
    tokens_per_joule,
)
from narrows.performance.serving.fleet import Fleet, mixed_fleet_rate, smallest_fleet
from narrows.performance.serving.frontier import Tradeoff, tradeoff
from narrows.performance.serving.layout import Layout, layout
from narrows.performance.serving.opinion_of import opinion_of
from narrows.performance.serving.percentiles import simulate_candidate, steady_requests
from narrows.performance.serving.place import Place, place_named
from narrows.performance.serving.predict import ServingPrediction, predict
from narrows.performance.serving.question import Deployment, Limits, Load, Setting, setting
from narrows.performance.serving.requests import Requests, logged_requests
from narrows.performance.serving.rows import COLUMNS as ROW_COLUMNS
from narrows.performance.serving.rows import RowPrediction, predict_row, predict_table
from narrows.performance.serving.score import Score
from narrows.performance.serving.search import best_rate, search
from narrows.performance.serving.second_opinion import Opinion, PeerQuestion, second_opinion
from narrows.performance.serving.simulate import Simulated
from narrows.performance.serving.tree import (
    phases_tree,
    question_tree,
    ranking_tree,
    tradeoff_tree,
)
from narrows.performance.serving.validate import ServingReport, validate_packaged

__all__ = [
    "ROW_COLUMNS",
    "BenchRow",
    "Candidate",
    "Deployment",
    "Fleet",
    "Layout",
    "Limits",
    "Load",
    "Money",
    "Opinion",
    "PeerQuestion",
    "PhaseRates",
    "Place",
    "Requests",
    "RowPrediction",
    "Score",
    "ServingPrediction",
    "ServingReport",
    "Setting",
    "Simulated",
    "Tradeoff",
    "bench_serving",
    "best_rate",
    "compare_phases",
    "cost_per_million_tokens",
    "layout",
    "logged_requests",
    "mixed_fleet_rate",
    "model_named",
    "money_of",
    "opinion_of",
    "package_power_w",
    "phases_tree",
    "place_named",
    "predict",
    "predict_row",
    "predict_table",
    "question_tree",
    "ranking_tree",
    "search",
    "second_opinion",
    "setting",
    "simulate_candidate",
    "smallest_fleet",
    "steady_requests",
    "tokens_per_joule",
    "tradeoff",
    "tradeoff_tree",
    "validate_packaged",
]
