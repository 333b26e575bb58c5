"""From performance to the rate of work of each chip: tokens trained, or tokens served a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from narrows.executors import Executor, Job
from narrows.study.bridge.calendar import SECONDS_PER_QUARTER
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.timing import Rate, Runner, rate_of
from narrows.study.facts import Facts
from narrows.study.schema import WorkKind, Workload

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """All rates, and the arrays that the planner takes.

    Attributes
    ----------
    bought
        Shape ``(K, W)``: median work of a chip in a quarter, in the workload's unit (tokens for
        training, tokens a second for serving); 0 where it cannot run.
    rentable
        Shape ``(C, W)``, likewise.
    """

    each: tuple[Rate, ...]
    bought: FloatArray
    rentable: FloatArray

    owners: tuple[str, ...]
    """Ids along the first axis of ``bought``."""

    def among(self, owners: Sequence[str]) -> Rates:
        """Return the rates of some of the options, in their order; rentals stay."""
        rows = [self.owners.index(owner) for owner in owners]
        return replace(self, bought=self.bought[rows], owners=tuple(owners))

    def of(self, owner: str, workload: str) -> Rate:
        """Return one rate.

        Raises
        ------
        KeyError
            There is no such owner or workload.
        """
        for rate in self.each:
            if (rate.owner, rate.workload) == (owner, workload):
                return rate
        raise KeyError((owner, workload))


def work_rates(facts: Facts, offers: Sequence[Offer], executor: Executor) -> Rates:
    """Return what every option and rental gives every workload, one search a job.

    Raises
    ------
    RefusalError
        The executor lost a search; names the options and workloads. A plan without a system that
        only its search lacked would be another plan.
    """
    workloads = facts.study.workloads
    owners = [Runner(offer.id, offer.product, offer.option.engine) for offer in offers]
    renters = [
        Runner(rental.id, facts.product(rental.system), rental.engine)
        for rental in facts.study.rentals
    ]
    asked = [(runner, workload) for runner in (*owners, *renters) for workload in workloads]
    each = executor.run([_search(facts, runner, workload) for runner, workload in asked]).values()
    amounts = [_per_quarter(rate, work) for rate, (_, work) in zip(each, asked, strict=True)]
    table = np.array(amounts).reshape(-1, len(workloads))
    return Rates(
        each=each,
        bought=table[: len(owners)],
        rentable=table[len(owners) :],
        owners=tuple(runner.id for runner in owners),
    )


def _search(facts: Facts, runner: Runner, workload: Workload) -> Job[Rate]:
    model = facts.catalog.model(workload.model)
    key = f"{runner.id} in {workload.id}"
    return Job(key=key, work=rate_of, arguments=(runner, workload, model))


def _per_quarter(rate: Rate, workload: Workload) -> float:
    if rate.speed is None:
        return 0.0
    in_unit = SECONDS_PER_QUARTER if workload.kind is WorkKind.TRAINING else 1.0
    return rate.speed.p50 * in_unit
