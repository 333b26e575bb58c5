"""Floor 4: a study file in, an answer out."""

from narrows.study.answered import Planner
from narrows.study.load import load_study, packaged_studies
from narrows.study.perspectives import Rolling
from narrows.study.replay import Replay, replay_study
from narrows.study.result import Result
from narrows.study.run import run_study

__all__ = [
    "Planner",
    "Replay",
    "Result",
    "Rolling",
    "load_study",
    "packaged_studies",
    "replay_study",
    "run_study",
]
