"""Serving: prefill, decode and batching on one chip or many, with intervals."""

from narrows.performance.serving.candidate import Candidate
from narrows.performance.serving.layout import Layout, layout
from narrows.performance.serving.predict import ServingPrediction, predict
from narrows.performance.serving.question import Deployment, Limits, Load
from narrows.performance.serving.search import best_rate, search

__all__ = [
    "Candidate",
    "Deployment",
    "Layout",
    "Limits",
    "Load",
    "ServingPrediction",
    "best_rate",
    "layout",
    "predict",
    "search",
]
