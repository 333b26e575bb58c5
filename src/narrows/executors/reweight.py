"""Weights of scenarios when some of them have no result: what is left, and what was lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from narrows.core import Message, RefusalError, message
from narrows.executors.errors import fault
from narrows.executors.outcome import NAMED_MAX, Failure, Run

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Reweighted:
    """Probabilities of the scenarios that have a result, and what the others were.

    Attributes
    ----------
    probability
        ``(jobs,)`` in job order: zero without a result, and the same sum as before.
    has_result
        ``(jobs,)``.
    lost
        Share of the probability that had no result.
    failures
        Those jobs.
    statement
        Says so; ``None`` where nothing was lost.
    """

    probability: FloatArray
    has_result: BoolArray
    lost: float
    failures: tuple[Failure, ...]
    statement: Message | None

    def mean(self, values: FloatArray) -> float:
        """Return the mean of values ``(done,)``, those with a result in job order."""
        kept = self.probability[self.has_result]
        return float(kept @ values / kept.sum())


def reweighted(run: Run[object], probability: FloatArray) -> Reweighted:
    """Return the probabilities of the scenarios that have a result.

    The others' probability goes to all of these in proportion. That is right only if having no
    result says nothing of a scenario's outcome; the statement lets a reader judge.

    Raises
    ------
    InputError
        Not one probability a job, or a negative one.
    RefusalError
        No scenario of any probability has a result.
    """
    _check(run, probability)
    has_result = np.array([not isinstance(one, Failure) for one in run.outcomes], dtype=np.bool_)
    total, kept = float(probability.sum()), float(probability[has_result].sum())
    if kept <= 0.0:
        failed = tuple(one.key for one in run.failures[:NAMED_MAX])
        raise RefusalError("no scenario has a result", failed)
    lost = float(probability[~has_result].sum()) / total
    return Reweighted(
        probability=np.where(has_result, probability * (total / kept), 0.0),
        has_result=has_result,
        lost=lost,
        failures=run.failures,
        statement=_statement(run, lost) if run.failures else None,
    )


def _check(run: Run[object], probability: FloatArray) -> None:
    if probability.shape != (len(run.outcomes),):
        mend = f"give {len(run.outcomes)}, one for each job"
        raise fault("probability", "not one probability a job", mend, probability.shape)
    if not np.all(probability >= 0.0):
        raise fault("probability", "a probability is negative or unknown", "give 0 or more")


def _statement(run: Run[object], lost: float) -> Message:
    named = ", ".join(f"{one.key} ({one.reason})" for one in run.failures[:NAMED_MAX])
    return message(
        "planning.scenarios.lost",
        failed=len(run.failures),
        jobs=len(run.outcomes),
        lost=lost,
        named=named,
    )
