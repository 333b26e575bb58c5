"""What changed between two results, and why."""

from narrows.study.compare.compare import Comparison, compare_results
from narrows.study.compare.read import read_result_file

__all__ = ["Comparison", "compare_results", "read_result_file"]
