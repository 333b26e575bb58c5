"""What words say of a layout: stages of sharding, recomputed activations, sequence parallelism."""

from __future__ import annotations

import re

from narrows.performance.training.strategy import Recompute
from narrows.performance.written import switch

_UNSHARDED = re.compile(r"\b(?:no|not|without|w/o)[\s_-]*fsdp")
"""A run without FSDP whose recipe shards the optimizer, as Megatron's do."""
_ZERO = re.compile(
    r"zero[\s_-]*(?:dp)?[\s_-]*(?:stage[\s_-]*)?([0-3])(?!\d)|\bstage[\s_-]*([0-3])\b"
)
_STAGES = (
    (re.compile(r"shard_grad_op"), 2),
    (re.compile(r"full_shard|fsdp|hsdp|fully[\s_-]*shard"), 3),
    (
        re.compile(
            r"dist(?:ributed)?[\s_-]*opt(?:imi[sz]er)?|shard(?:ed)?[\s_-]*optim|分布式优化器"
        ),
        1,
    ),
    (re.compile(r"none|\bddp\b|no[\s_-]*shard|unsharded|replicated|不切分|未切分"), 0),
)
_NO_RECOMPUTE = re.compile(r"(?:none|no|not|false|off|disabled|without|0)\b|无|無|否|关|關|不|未")
_IN_PART = re.compile(r"partial|some layers|部分")
"""Words for a share of the layers that nobody tells."""
_SELECTIVE = re.compile(r"selective|core[\s_-]*att|attention only|选择性|選擇性")
_FULL = re.compile(
    r"full|\b(?:yes|true|on|enabled|uniform)\b|(?:activation|gradient|act)[\s_-]*(?:check|ckpt)"
    r"|checkpointing|every layer|all layers|重计算|重算|重計算|是|开启|開啟"
)


def zero_stage(words: str) -> int | None:
    """Return the stage of sharding over replicas, 0 to 3; ``None`` where words tell none.

    >>> zero_stage("DeepSpeed ZeRO stage 3"), zero_stage("FSDP2"), zero_stage("dist-opt")
    (3, 3, 1)
    """
    lower = words.lower()
    if _UNSHARDED.search(lower):
        return 1
    told = _ZERO.search(lower)
    if told is not None:
        return int(told[1] or told[2])
    return next((stage for pattern, stage in _STAGES if pattern.search(lower)), None)


def recompute_mode(words: str) -> Recompute | None:
    """Return what is computed again in the backward pass; ``None`` where words do not say."""
    lower = words.strip().lower()
    if _IN_PART.search(lower):
        return None
    if _NO_RECOMPUTE.match(lower):
        return Recompute.NONE
    if _SELECTIVE.search(lower):
        return Recompute.SELECTIVE
    return Recompute.FULL if _FULL.search(lower) else None


def sequence_parallel(words: str, recompute: str) -> bool | None:
    """Return whether activations are split along the sequence; ``None`` where neither cell says."""
    if "sequence parallel" in recompute.lower():
        return True
    told = switch(words)
    if told is not None or not words:
        return told
    first = re.split(r"[\s(,;]", words.lower(), maxsplit=1)[0]
    return switch(first)
