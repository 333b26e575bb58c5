"""From a table's words on offloading to what lives on the host: one reading, or several."""

from __future__ import annotations

from dataclasses import replace

from narrows.core import RefusalError
from narrows.performance.training.offload import (
    NO_OFFLOAD,
    SHARDED_GRADIENTS,
    Offload,
    Update,
)
from narrows.performance.training.row import RunRow

ABOUT = ("offload", "infinity", "cpu adam", "cpuadam", "cpu_adam")
"""Fragments by which the columns of sharding and of recomputation speak of the host too."""
NOTHING_WORDS = frozenset({"none", "no", "false", "off", "not used"})

EVERYTHING = ("everything", "infinity", "all ", "full offload")
OPTIMIZER = ("optim", "zero-offload", "zero offload", "cpu adam", "cpuadam", "cpu_adam")
GRADIENTS = ("grad", "zero-offload", "zero offload")
WEIGHTS = ("param", "weight")
ACTIVATIONS = ("activation",)
COPIED = ("copied", "optimizer-copied", "step on device", "step on gpu")
UNSAID = ("cpu", "host", "offload", "yes", "true")
"""Words that say that something is offloaded and not what."""


def stated_offloads(row: RunRow, *, zero: int, replicas: int, assumed: list[str]) -> list[Offload]:
    """Return what a row keeps on the host: nothing, what it says, or all that it may mean.

    Gradients that replicas have yet to sum stay on the device whatever is said.

    Raises
    ------
    RefusalError
        The words are not understood.

    PyTorch's FSDP moves parameters, gradients and their update together.
    """
    words = row.offload.lower() or _words_of_others(row)
    if not words or words in NOTHING_WORDS:
        return [NO_OFFLOAD]
    own = zero >= SHARDED_GRADIENTS or replicas == 1
    said = _said(words, own_gradients=own)
    if said.words:
        return [said]
    if not _has(words, UNSAID):
        raise RefusalError(f"offload {words!r} is not understood", ("offload",))
    if "fsdp" in row.dp_sharding.lower():
        return [_said("optimizer, weights, gradients", own_gradients=own)]
    assumed.append("offload")
    return [
        _said("optimizer", own_gradients=own),
        _said("zero-offload", own_gradients=own),
        _said("activations", own_gradients=own),
    ]


def offloads_of_any_layout(row: RunRow, *, assumed: list[str]) -> tuple[Offload, ...]:
    """Return what a row keeps on the host under one layout or another."""
    sharded = stated_offloads(row, zero=3, replicas=2, assumed=assumed)
    summed = stated_offloads(row, zero=1, replicas=2, assumed=[])
    return tuple(dict.fromkeys([*sharded, *summed]))


def _words_of_others(row: RunRow) -> str:
    others = {"": row.dp_sharding.lower(), " activation": row.recompute.lower()}
    return "; ".join(words + own for own, words in others.items() if _has(words, ABOUT))


def _said(words: str, *, own_gradients: bool) -> Offload:
    everything = _has(words, EVERYTHING)
    optimizer = Update.HOST if everything or _has(words, OPTIMIZER) else Update.DEVICE
    said = Offload(
        optimizer=Update.COPIED if _has(words, COPIED) else optimizer,
        weights=everything or _has(words, WEIGHTS),
        activations=_has(words, ACTIVATIONS),
    )
    if own_gradients and (everything or _has(words, GRADIENTS)):
        return _with_gradients(said)
    return said


def _with_gradients(said: Offload) -> Offload:
    """Add the gradients where the host steps the optimizer; elsewhere they serve nobody there."""
    return replace(said, gradients=True) if said.optimizer is Update.HOST else said


def _has(words: str, fragments: tuple[str, ...]) -> bool:
    return any(fragment in words for fragment in fragments)
