"""What a layout keeps in the host's memory, as a person writes it and as arrays of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import product

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError
from narrows.performance.arrays import Array, Mask


class Update(StrEnum):
    """Where the states of the optimizer live, and who steps them."""

    DEVICE = "device"
    HOST = "host"
    """In the host's memory, stepped by its processors (2101.06840)."""
    COPIED = "copied"
    """In the host's memory, copied to the device for its step and back (Calculon)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offload:
    """What of a training step lives in the host's memory."""

    optimizer: Update = Update.DEVICE
    gradients: bool = False
    weights: bool = False
    activations: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words of :data:`WORDS` that mean it; none where everything is on the device."""
        return tuple(word for word, means in WORDS.items() if means(self))


WORDS: Mapping[str, Callable[[Offload], bool]] = {
    "optimizer": lambda each: each.optimizer is Update.HOST,
    "optimizer-copied": lambda each: each.optimizer is Update.COPIED,
    "gradients": lambda each: each.gradients,
    "weights": lambda each: each.weights,
    "activations": lambda each: each.activations,
}
"""What may be offloaded; a plus joins several."""

NO_OFFLOAD = Offload()
NONE_WORD = "none"

EVERY_OFFLOAD = tuple(
    Offload(optimizer=optimizer, gradients=gradients, weights=weights, activations=activations)
    for optimizer, gradients, weights, activations in product(
        Update, (False, True), (False, True), (False, True)
    )
    if optimizer is Update.HOST or not gradients
)
"""Every combination; gradients move only where the host steps the optimizer."""


def offload_named(text: str) -> Offload:
    """Return what words joined by ``+`` mean.

    Raises
    ------
    RefusalError
        A word is unknown, or the words contradict each other.
    """
    named = {word.strip().lower() for word in text.split("+")}
    found = next((each for each in EVERY_OFFLOAD if set(each.words or (NONE_WORD,)) == named), None)
    if found is None:
        raise RefusalError(
            f"nothing can be offloaded as {text!r}",
            (f"{NONE_WORD}, or one or more of {', '.join(WORDS)} joined by +",),
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Offloads:
    """Flags of many layouts, 1 where something lives on the host; see :class:`Offload`."""

    host_update: Array
    copied: Array
    gradients: Array
    weights: Array
    activations: Array

    @property
    def optimizer(self) -> Array:
        """1 where the states live on the host, wherever they are stepped."""
        return self.host_update + self.copied

    @property
    def anything(self) -> Mask:
        """Rows that keep anything on the host."""
        found: Mask = self.optimizer + self.weights + self.activations > 0.0
        return found

    def take(self, rows: npt.NDArray[np.intp]) -> Offloads:
        """Return some rows."""
        return Offloads(**{item.name: getattr(self, item.name)[rows] for item in fields(self)})


def offload_arrays(each: Sequence[Offload]) -> Offloads:
    """Return the flags of several layouts as rows."""
    return Offloads(
        host_update=_flags(one.optimizer is Update.HOST for one in each),
        copied=_flags(one.optimizer is Update.COPIED for one in each),
        gradients=_flags(one.gradients for one in each),
        weights=_flags(one.weights for one in each),
        activations=_flags(one.activations for one in each),
    )


def _flags(truths: Iterable[bool]) -> Array:
    return np.array([float(truth) for truth in truths])


def offload_at(flags: Offloads, row: int) -> Offload:
    """Return one row as a person writes it."""
    optimizer = Update.HOST if flags.host_update[row] > 0.0 else Update.DEVICE
    return Offload(
        optimizer=Update.COPIED if flags.copied[row] > 0.0 else optimizer,
        gradients=bool(flags.gradients[row] > 0.0),
        weights=bool(flags.weights[row] > 0.0),
        activations=bool(flags.activations[row] > 0.0),
    )


def gradients_are_own(zero: Array, replicas: Array) -> Mask:
    """Return where a device's gradients need no sum over replicas after they have moved.

    Elsewhere they are summed on the devices at the end of a step, and so have to stay there.
    """
    own: Mask = (zero >= SHARDED_GRADIENTS) | (replicas <= 1.0)
    return own


SHARDED_GRADIENTS = 2.0
"""From this ZeRO stage on a device keeps its own part of the summed gradients alone."""
