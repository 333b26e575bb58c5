"""Floor 4: a study file in, an answer out."""

from narrows.study.load import load_study, packaged_studies
from narrows.study.result import Result
from narrows.study.run import run_study

__all__ = ["Result", "load_study", "packaged_studies", "run_study"]
