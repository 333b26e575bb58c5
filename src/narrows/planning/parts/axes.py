"""The names along each axis."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, eq=False)
class Axes:
    """The names along each axis, which results and explanations use."""

    systems: tuple[str, ...]
    sites: tuple[str, ...]
    workloads: tuple[str, ...]
    quarters: tuple[str, ...]
    rentals: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ("stack",)
