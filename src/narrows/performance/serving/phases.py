"""Which part of serving a row measured: both phases, apart or together, or one alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from narrows.core import InputError
from narrows.performance.serving.cells import number, text
from narrows.performance.written import switch

_PREFILL_ONLY = re.compile(r"prefill[\s-]*only|only prefill|仅预填充|纯预填充|仅prefill|纯prefill")
_DECODE_ONLY = re.compile(
    r"^decode\b(?!\s*/)|decode[\s-]*only|only decode|仅解码|纯解码|仅decode|纯decode"
)
"""Not the word alone: ``prefill/decode disaggregated`` runs both."""
_POOLS = re.compile(r"(?<!non-)(?<!no )(?<!not )disagg|(?<!不)分离|分離|\bpd\b")
_ONE_POOL = re.compile(r"co-?locat|aggregat|mixed|together|ifb|in-?flight|混部|混合|合并|不分离")
_WORKERS = ("prefill_workers", "decode_workers")


class Phase(StrEnum):
    """What a run measured."""

    TOGETHER = "together"
    APART = "apart"
    DECODE = "decode"
    PREFILL = "prefill"


def read_phase(row: Mapping[str, str]) -> Phase:
    """Return what a row measured.

    Raises
    ------
    InputError
        The cell on pools says neither yes nor no.
    """
    scenario = (text(row, "scenario") or "").lower()
    if _PREFILL_ONLY.search(scenario):
        return Phase.PREFILL
    if _DECODE_ONLY.search(scenario):
        return Phase.DECODE
    return Phase.APART if _has_pools(row, scenario) else Phase.TOGETHER


def _has_pools(row: Mapping[str, str], scenario: str) -> bool:
    """Return whether prompts and answers have chips of their own.

    Where untold, the scenario or workers of either role say so.
    """
    told = text(row, "disagg")
    workers = [name for name in _WORKERS if number(row, name) is not None]
    if told is None:
        return bool(workers) or _POOLS.search(scenario) is not None
    if _POOLS.search(told.lower()):
        return True
    answer = switch(told)
    if answer is None and _ONE_POOL.search(told.lower()) is None:
        raise InputError("neither yes nor no", "give yes or no", fieldname="disagg", value=told)
    if workers and answer is not True:
        raise InputError(
            f"{workers[0]} are told of one pool",
            "give yes, or leave the workers blank",
            fieldname="disagg",
            value=told,
        )
    return answer is True
