"""Cells of a measurement table: text, numbers, and degrees that may differ by role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrows.core import InputError
from narrows.performance.written import plain, quantity, switch

COUNT_MAX = 20_000
"""Chips and degrees: larger than any single instance or pair of pools."""
NUMBER_MAX = 1e9
"""More than any count of chips, tokens or requests that a run was published with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Degrees:
    """Published parallel degrees of one role; ``None`` where the source is silent."""

    tp: int | None
    pp: int | None
    dp: int | None
    ep: int | None
    expert_tp: int | None
    spread_experts: bool
    max_seqs: float | None
    workers: int | None


def degrees(row: Mapping[str, str], role: int) -> Degrees:
    """Return the degrees of a role: 0 prefill, 1 decode; ``a/b`` gives both."""
    experts = _role_text(row, "ep", role)
    spread = None if experts is None or experts.isdigit() else switch(experts)
    return Degrees(
        tp=_role_count(row, "tp", role),
        pp=_role_count(row, "pp", role),
        dp=_role_count(row, "dp", role),
        ep=None if spread is not None else _role_count(row, "ep", role),
        expert_tp=_role_count(row, "moe_tp", role),
        spread_experts=spread is True,
        max_seqs=_role_number(row, "max_num_seqs_per_dp", role),
        workers=_count(row, ("prefill_workers", "decode_workers")[role]),
    )


def text(row: Mapping[str, str], name: str) -> str | None:
    """Return a cell in one width, or ``None`` where it is blank or says so."""
    value = plain(row.get(name) or "")
    return None if value.lower() in {"", "none"} else value


def number(row: Mapping[str, str], name: str) -> float | None:
    """Return a positive number, or ``None``; tables write 0 for a blank count."""
    return _positive(text(row, name), name)


def chips(row: Mapping[str, str], name: str) -> float | None:
    """Return a number of chips, or ``None``; more than any instance has is an error."""
    return _within(number(row, name), name, row.get(name))


def _count(row: Mapping[str, str], name: str) -> int | None:
    return _whole(number(row, name), name, row.get(name))


def _role_text(row: Mapping[str, str], name: str, role: int) -> str | None:
    """Return a role's part of a cell that tells ``a/b``, or the whole cell."""
    value = text(row, name)
    if value is None or "/" not in value:
        return value
    return value.split("/")[role].strip() or None


def _role_number(row: Mapping[str, str], name: str, role: int) -> float | None:
    return _positive(_role_text(row, name, role), name)


def _role_count(row: Mapping[str, str], name: str, role: int) -> int | None:
    return _whole(_role_number(row, name, role), name, row.get(name))


def _whole(value: float | None, name: str, written: str | None) -> int | None:
    """Return a degree or a number of workers: whole, and no more than there are chips."""
    if value is None:
        return None
    if value != round(value):
        raise InputError("not a whole number", "correct it", fieldname=name, value=written)
    counted = _within(value, name, written)
    return None if counted is None else round(counted)


def _within(value: float | None, name: str, written: str | None) -> float | None:
    if value is not None and value > COUNT_MAX:
        mend = f"give at most {COUNT_MAX:,}"
        raise InputError("out of range", mend, fieldname=name, value=written)
    return value


def _positive(written: str | None, name: str) -> float | None:
    if written is None:
        return None
    value = quantity(written, name)
    if value is None or value < 0:
        mend = "give a number in the unit of the column, or leave it blank"
        raise InputError("not a number", mend, fieldname=name, value=written)
    if value > NUMBER_MAX:
        mend = f"give at most {NUMBER_MAX:,.0f}"
        raise InputError("out of range", mend, fieldname=name, value=written)
    return value if value > 0 else None
