"""Which layouts ``narrows train`` tries."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Annotated, Literal, TypeAlias

from cyclopts import Parameter

from narrows.cli.ranges import check_range
from narrows.cli.training_words import precision_named
from narrows.core import InputError, RefusalError
from narrows.performance.pipeline import Schedule
from narrows.performance.training import Job, Offload, Recompute, Reduction, Space
from narrows.performance.training.offload import EVERY_OFFLOAD, offload_named

ScheduleName: TypeAlias = Literal["1f1b", "zb-h1", "zb-h2", "zb-v", "dualpipe"]
SCHEDULES: dict[ScheduleName, Schedule] = {
    "1f1b": Schedule.ONE_F_ONE_B,
    "zb-h1": Schedule.ZB_H1,
    "zb-h2": Schedule.ZB_H2,
    "zb-v": Schedule.ZB_V,
    "dualpipe": Schedule.DUALPIPE,
}
RecomputeName: TypeAlias = Literal["none", "selective", "full", "per-block"]
PER_BLOCK = "per-block"
"""Full recomputation of any number of a rank's layers."""
Several: TypeAlias = Annotated[
    tuple[int, ...], Parameter(consume_multiple=True, show_default=False)
]
DEGREE_MAX = 1_048_576
"""No degree exceeds the chips of the largest cluster that is tried."""
STAGE_MAX = 3
"""ZeRO has stages 0 to 3."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One training step, and the software that runs it.

    Parameters
    ----------
    sequence
        Tokens of a sequence.
    batch
        Sequences of a step.
    precision
        bf16, fp8, fp8 block, mxfp8 or nvfp4.
    software
        Generation of training software; the current one of the chips where it is left out.
    reduction
        Who adds in an all-reduce: the chips, or the scale-up switch where it can.
    mtp
        Layers for further tokens (multi-token prediction) that are trained with the model; those of
        its published recipe where it is left out.
    """

    sequence: int = 4096
    batch: int = 1024
    precision: str = "bf16"
    software: str | None = None
    reduction: Literal["ranks", "switch"] = "ranks"
    mtp: int | None = None

    def job(self) -> Job:
        """Return the step in the words of the model.

        Raises
        ------
        InputError
            The precision is none that a chip has.
        """
        return Job(
            sequence=self.sequence,
            batch=self.batch,
            precision=precision_named(self.precision),
            software=self.software,
            reduction=Reduction(self.reduction),
        )


STEP = Step()


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Layouts:
    """Several values of each may be given; what is left out is searched.

    Parameters
    ----------
    schedule
        Order of passes in the pipeline; 1f1b, interleaved or not, where it is left out.
    tensor
        Degrees of tensor parallelism.
    pipeline
        Stages of the pipeline.
    chunks
        Virtual stages that a rank holds.
    context
        Degrees of context parallelism; 1 where it is left out.
    expert
        Degrees of expert parallelism.
    micro_batch
        Sequences of a micro-batch.
    zero
        Stages 0 to 3.
    recompute
        What the backward pass computes again; per-block tries every number of a rank's layers.
    offload
        What lives in the host's memory: none, or optimizer (stepped by the host), optimizer-copied
        (stepped on the device), gradients, weights, activations, several joined by +; any tries
        every combination. Nothing is offloaded where it is left out.
    whole_space
        Sweep every strategy that the model tells apart, in the place of those that are common;
        degrees, schedules, recomputation and offload are then all tried where they are left out.
    """

    schedule: Annotated[
        tuple[ScheduleName, ...], Parameter(consume_multiple=True, show_default=False)
    ] = ()
    tensor: Several = ()
    pipeline: Several = ()
    chunks: Several = ()
    context: Several = ()
    expert: Several = ()
    micro_batch: Several = ()
    zero: Several = ()
    recompute: Annotated[
        tuple[RecomputeName, ...], Parameter(consume_multiple=True, show_default=False)
    ] = ()
    offload: Annotated[tuple[str, ...], Parameter(consume_multiple=True, show_default=False)] = ()
    whole_space: Annotated[bool, Parameter(negative=())] = False

    def space(self, usual: Space) -> Space:
        """Return the space that these words leave of the usual one.

        Raises
        ------
        InputError
            A degree is below one, a ZeRO stage does not exist, or nothing offloads as named.
        """
        for name in ("tensor", "pipeline", "chunks", "context", "expert", "micro_batch"):
            for degree in getattr(self, name):
                check_range(name.replace("_", "-"), degree, 1, DEGREE_MAX)
        for stage in self.zero:
            check_range("zero", stage, 0, STAGE_MAX)
        given = {
            each.name: tuple(dict.fromkeys(getattr(self, each.name)))
            for each in fields(self)
            if each.name != "whole_space" and getattr(self, each.name)
        }
        if self.schedule:
            given["schedule"] = tuple(SCHEDULES[name] for name in dict.fromkeys(self.schedule))
        if self.recompute:
            modes = ("full" if word == PER_BLOCK else word for word in self.recompute)
            given["recompute"] = tuple(Recompute(mode) for mode in dict.fromkeys(modes))
        if self.offload:
            given["offload"] = _offloads(self.offload)
        space = replace(usual, **given)
        if not self.recompute:
            return space
        return replace(space, recomputed_share=None if PER_BLOCK in self.recompute else (1.0,))


ANY = "any"
"""The word that tries every combination."""


def _offloads(words: tuple[str, ...]) -> tuple[Offload, ...]:
    if ANY in words:
        return EVERY_OFFLOAD
    try:
        return tuple(dict.fromkeys(offload_named(each) for each in words))
    except RefusalError as error:
        mend = f"write {ANY}, {error.missing[0]}"
        raise InputError(error.reason, mend, fieldname="--offload") from error


LAYOUTS = Layouts()
