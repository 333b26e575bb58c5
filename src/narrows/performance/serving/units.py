"""The unit that a fleet repeats: the best way to serve on so many chips, for many sizes and places.

Each search is a job of its own, so that a fleet of many kinds can be sized in processes or on Ray.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from narrows.catalog import Chip, Model, System
from narrows.core import RefusalError
from narrows.executors import Executor, Job, Serial
from narrows.performance.serving.knowledge import Knowledge
from narrows.performance.serving.predict import ServingPrediction
from narrows.performance.serving.question import Deployment, Limits, Load
from narrows.performance.serving.search import search

UNITS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Chips of the replicated unit that are tried; a unit holds one pool, or a pair of pools."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Chips of one kind, of which a unit may have at most ``chips_max``."""

    chip: Chip
    system: System | None
    deployment: Deployment
    chips_max: int = UNITS[-1]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes that are tried."""
        return tuple(size for size in UNITS if size <= self.chips_max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a unit has to serve; ``knowledge`` is that of the package where it is left out."""

    model: Model
    load: Load
    limits: Limits | None
    knowledge: Knowledge | None = None
    executor: Executor = field(default_factory=Serial)


Sized = tuple[int, ServingPrediction]
"""Chips of a unit, and its best deployment."""


def units_of(asked: Asked, kinds: Mapping[str, Kind]) -> dict[str, tuple[Sized, ...]]:
    """Return the sizes of each kind that meet the limits, with the best deployment of each.

    Raises
    ------
    RefusalError
        The executor lost a search; names kind and size. A fleet without that size might be a
        larger one than need be.
    """
    tried = [(name, size) for name, kind in kinds.items() for size in kind.sizes]
    run = asked.executor.run([_job(asked, name, kinds[name], size) for name, size in tried])
    found = dict(zip(tried, run.values(), strict=True))
    return {
        name: tuple((size, unit) for size in kind.sizes if (unit := found[name, size]) is not None)
        for name, kind in kinds.items()
    }


def _job(asked: Asked, name: str, kind: Kind, size: int) -> Job[ServingPrediction | None]:
    return Job(
        key=f"{name} in units of {size}",
        work=unit_of_size,
        arguments=(asked.model, asked.load, asked.limits, asked.knowledge, kind, size),
    )


def unit_of_size(
    model: Model,
    load: Load,
    limits: Limits | None,
    knowledge: Knowledge | None,
    kind: Kind,
    size: int,
) -> ServingPrediction | None:
    """Return the best way to serve on ``size`` chips; ``None`` where none meets the limits."""
    try:
        return search(
            model,
            kind.chip,
            load,
            chips=size,
            limits=limits,
            system=kind.system,
            deployment=kind.deployment,
            knowledge=knowledge,
            shown=1,
        )[0]
    except RefusalError:
        return None
