"""Training: step time, memory and throughput of a parallel layout, and the search for one."""

from narrows.performance.training.job import Cluster, Job, Reduction
from narrows.performance.training.offload import Offload, Update
from narrows.performance.training.parity import Side, TrainingParity, parity
from narrows.performance.training.predict import TrainingPrediction, predict
from narrows.performance.training.search import SearchResult, search
from narrows.performance.training.space import Space
from narrows.performance.training.strategy import ContextExchange, Recompute, Strategy

__all__ = [
    "Cluster",
    "ContextExchange",
    "Job",
    "Offload",
    "Recompute",
    "Reduction",
    "SearchResult",
    "Side",
    "Space",
    "Strategy",
    "TrainingParity",
    "TrainingPrediction",
    "Update",
    "parity",
    "predict",
    "search",
]
