"""A model's published size must follow from its dimensions."""

from __future__ import annotations

from narrows.catalog.files import Entry
from narrows.catalog.parameters import Block, kv_bytes_per_token, total_parameters
from narrows.catalog.records import Model
from narrows.core import RefusalError

TOTAL_TOLERANCE = 0.015
"""Published totals are rounded to two or three digits."""
CHECK_TOLERANCE = 0.002
"""``params_check_b`` is our own count, rounded to two decimals."""
BF16_BYTES = 2.0


def check_model(entry: Entry[Model]) -> None:
    """Raise ``InputError`` where sizes do not follow from the architecture."""
    _check_pattern(entry)
    _check_experts(entry)
    _check_total(entry)
    _check_cache(entry)


def _check_pattern(entry: Entry[Model]) -> None:
    pattern = entry.record.layer_pattern
    if pattern is None:
        return
    if not set(pattern) <= set(Block):
        raise entry.error("layer_pattern", "unknown letter", "use M, E, * and -", pattern)
    if entry.record.layers is not None:
        mend = "leave layers out"
        raise entry.error("layers", "given beside a pattern", mend, entry.record.layers)


def _check_experts(entry: Entry[Model]) -> None:
    model = entry.record
    if model.experts_routed is None:
        return
    if model.experts_topk is None or model.moe_ffn_hidden is None:
        problem = "experts need experts_topk and moe_ffn_hidden"
        raise entry.error("experts_routed", problem, "add them", model.experts_routed)
    if model.experts_topk > model.experts_routed:
        problem = f"above the {model.experts_routed} experts"
        raise entry.error("experts_topk", problem, "correct one of the two", model.experts_topk)


def _check_total(entry: Entry[Model]) -> None:
    model = entry.record
    try:
        counted_b = total_parameters(model) / 1e9
    except RefusalError:
        return
    _compare(entry, "params_check_b", counted_b, CHECK_TOLERANCE)
    if model.params_tolerance_reason is None:
        _compare(entry, "total_params_b", counted_b, TOTAL_TOLERANCE)


def _compare(entry: Entry[Model], name: str, counted_b: float, tolerance: float) -> None:
    stated = getattr(entry.record, name)
    if stated is None or abs(counted_b / stated - 1) <= tolerance:
        return
    problem = f"the dimensions give {counted_b:.2f} billion"
    raise entry.error(name, problem, "correct one, or give params_tolerance_reason", stated)


def _check_cache(entry: Entry[Model]) -> None:
    stated = entry.record.kv_bytes_per_token_bf16
    if stated is None:
        return
    try:
        counted = kv_bytes_per_token(entry.record, BF16_BYTES)
    except RefusalError:
        return
    if counted != stated:
        problem = f"the dimensions give {counted:.0f} bytes"
        raise entry.error("kv_bytes_per_token_bf16", problem, "correct one of the two", stated)
