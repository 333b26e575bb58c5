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
    _verb("replay", "replay", "replay", "What we would have said each quarter, and what came."),
    _verb("diff", "diff", "diff", "What changed since the last plan, and why."),
    _verb(
        "sensitivity", "sensitivity", "sensitivity", "Which uncertain inputs make up the spread."
    ),
    _verb("value", "value", "value", "What knowing and waiting are worth; cost for service."),
    _verb("chip", "chip", "chip", "Show a chip or system with its sources, grades and disputes."),
    _verb(
        "rules check", "rules", "check", "How a chip is treated on a day, as known then, and why."
    ),
    _verb("rules route", "rules_route", "route", "A way through both sides, leg by leg."),
    _verb("rules statements", "rules_route", "statements", "Sentences put to the cards of a day."),
    _verb(
        "rules timeline",
        "rules_tables",
        "timeline",
        "Treatment of chips over time, layer by layer.",
    ),
    _verb("rules list", "rules_tables", "listing", "The cards, their layers, days and citations."),
    _verb("rules diff", "rules_tables", "diff", "Verdicts of two days, or with a rule changed."),
    _verb("clocks", "clocks", "clocks", "Days on which something lapses or returns by itself."),
    _verb("classify", "classify", "classify", "Classify the products of a CSV, row by row."),
    _verb("train", "train", "train", "Time, memory and layout of a training run."),
    _verb("cluster", "cluster", "cluster", "Chips that train a model by a day; the cheapest mix."),
    _verb("serve", "serve", "serve", "Throughput, latency and cost of serving a model."),
    _verb("latency", "latency", "latency", "What single requests meet: percentiles of waiting."),
    _verb("fleet", "fleet", "fleet", "Chips to add for a load that grows, beside those there."),
    _verb("parity", "parity", "parity", "How many of one chip do the work of another, and why."),
    _verb("predict training", "predict_training", "predict_training", "Time the runs of a CSV."),
    _verb("predict serving", "predict_serving", "predict_serving", "Time the runs of a CSV."),
    _verb("validate", "validate", "validate", "Errors on published runs, beside the targets."),
    _verb("calibrate", "calibrate", "calibrate", "Fit your own cluster's runs under a name."),
    _verb("audit", "audit", "audit", "Check every figure of an article."),
    _verb("futures show", "futures", "show", "Chances of each gate by quarter, as known on a day."),
    _verb("futures backtest", "futures", "backtest", "Score past forecasts beside two baselines."),
    _verb("futures outlook", "outlook", "outlook", "Keep forecasts of a day, or score kept ones."),
    _verb("market", "market", "market", "Forecasts and supply side by side on one basis."),
    _verb("bench", "bench", "bench", "How fast each part answers on this machine."),
    _verb("data check", "data", "check", "Read all data back and list what is blank."),
)
"""A verb that is not built yet is not listed."""

GROUPS: dict[str, str] = {
    "data": "The packaged facts.",
    "futures": "What may happen, and how well earlier forecasts did.",
    "predict": "Predict tables of runs.",
    "rules": "What the rules of both sides say.",
}
"""Words that hold verbs of their own, with a line of help."""
