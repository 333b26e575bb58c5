"""The table of verbs. Each is imported only when it is called, so that ``--help`` stays quick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """One command: the words a user types, where its function is, and a line of help."""

    words: tuple[str, ...]
    target: str
    line: str


def _verb(words: str, module: str, function: str, line: str) -> Verb:
    return Verb(tuple(words.split()), f"narrows.cli.{module}:{function}", line)


VERBS: tuple[Verb, ...] = (
    _verb("run", "run", "run", "Answer a study: gates, worth, orders, reasons."),
    _verb("chip", "chip", "chip", "Show a chip or system with its sources, grades and disputes."),
    _verb("data check", "data", "check", "Read all data back and list what is blank."),
    _verb("futures show", "futures", "show", "Chances of each gate by quarter, as known on a day."),
    _verb("futures backtest", "futures", "backtest", "Score past forecasts beside two baselines."),
    _verb("market", "market", "market", "Forecasts and supply side by side on one basis."),
    _verb(
        "predict training", "predict_training", "predict_training",
        "Time training runs of a CSV, row by row.",
    ),
    _verb(
        "predict serving", "predict_serving", "predict_serving",
        "Time serving runs of a CSV, row by row.",
    ),
    _verb("validate", "validate", "validate", "Errors on published runs, beside the targets."),
)  # fmt: skip
"""A verb that is not built yet is not listed."""

GROUPS: dict[str, str] = {
    "data": "The packaged facts.",
    "futures": "What may happen, and how well earlier forecasts did.",
    "predict": "Predict tables of runs.",
}
"""Words that hold verbs of their own, with a line of help."""
