"""From a table's words on offloading to what lives on the host: one reading, or several."""

from __future__ import annotations

import re
from dataclasses import replace

from narrows.core import RefusalError
from narrows.performance.training.offload import (
    NO_OFFLOAD,
    SHARDED_GRADIENTS,
    Offload,
    Update,
)
from narrows.performance.training.row import RunRow

ABOUT = ("offload", "infinity", "cpu adam", "cpuadam", "cpu_adam", "swap", "卸载", "卸載")
"""Fragments by which a clause of the sharding or recomputation column speaks of the host."""
NOTHING = re.compile(
    r"^(none|no|not used|false|off|0|-|n/?a|否|无|無)$"
    r"|\b(no|not|without|w/o|non)\b[^;,]*(offload|swap)|(offload|swap)\w*\s*[:=]?\s*(none|off|no|false)\b"
)
UNMODELLED = re.compile(r"nvme|ssd|disk|fraction|partial|\d+\s*%|\d+\s*layers?|硬盘|硬碟")
"""Disks, and parts of what is offloaded."""
WHOLE = re.compile(r"\b100\s*%|fraction\s*[:=]?\s*1(\.0*)?\b")

EVERYTHING = ("everything", "infinity", "all ", "full offload", "全部")
OPTIMIZER = (
    "optim",
    "zero-offload",
    "zero offload",
    "cpu adam",
    "cpuadam",
    "cpu_adam",
    "优化器",
    "優化器",
)
GRADIENTS = ("grad", "zero-offload", "zero offload", "梯度")
WEIGHTS = ("param", "weight", "权重", "權重", "参数", "參數")
ACTIVATIONS = ("activation", "attention", "激活")
COPIED = ("copied", "step on device", "step on gpu", "swap-optim", "swap optim", "swap_optim")
"""MindSpeed swaps states in for a step on the device."""
UNSAID = ("cpu", "host", "offload", "yes", "true", "卸载", "卸載", "主机", "主機")
"""Words that say that something is offloaded and not what."""


def stated_offloads(row: RunRow, *, zero: int, replicas: int, assumed: list[str]) -> list[Offload]:
    """Return what a row keeps on the host: nothing, what it says, or all that it may mean.

    Gradients that replicas have yet to sum stay on the device whatever is said. PyTorch's FSDP
    moves parameters, gradients and their update together.

    Raises
    ------
    RefusalError
        The words are not understood, or mean disks or a part of something.
    """
    words = _words(row)
    if not words or NOTHING.search(words):
        return [NO_OFFLOAD]
    own = zero >= SHARDED_GRADIENTS or replicas == 1
    _check_modelled(words)
    said = _said(words, own_gradients=own)
    if said.words:
        return [said]
    if not _has(words, UNSAID):
        raise RefusalError(f"offload {words!r} is not understood", ("offload",))
    if "fsdp" in row.dp_sharding.lower():
        return [_said("optimizer, weights, gradients", own_gradients=own)]
    assumed.append("offload")
    return [_said(each, own_gradients=own) for each in ("optimizer", "zero-offload", "activations")]


def _check_modelled(words: str) -> None:
    if UNMODELLED.search(WHOLE.sub("", words)):
        raise RefusalError(
            f"offload {words!r} is not modelled: disks, and parts of a state or of the layers",
            ("offload",),
        )


def _words(row: RunRow) -> str:
    """Return the row's own column, or the clauses of other columns that are about the host.

    A clause of the recomputation column that names nothing else is about activations.
    """
    if row.offload:
        return row.offload.lower().strip()
    sharding = _clauses(row.dp_sharding)
    recompute = [
        each if _said(each, own_gradients=False).words or NOTHING.search(each) else "activations"
        for each in _clauses(row.recompute)
    ]
    return "; ".join([*sharding, *recompute])


def _clauses(cell: str) -> list[str]:
    parts = re.split(r"[;,()+/&，；（）]", cell.lower())
    return [part.strip() for part in parts if _has(part, ABOUT)]


def offloads_of_any_layout(row: RunRow, *, assumed: list[str]) -> tuple[Offload, ...]:
    """Return what a row keeps on the host under one layout or another."""
    sharded = stated_offloads(row, zero=3, replicas=2, assumed=assumed)
    summed = stated_offloads(row, zero=1, replicas=2, assumed=[])
    return tuple(dict.fromkeys([*sharded, *summed]))


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
