"""Generations of training software: what their defaults are and which kernels they run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from narrows.catalog import data_root
from narrows.core import STRICT, Grade, UnknownNameError, read_records

NEVER = "9999"
"""A month after any, as text that sorts."""
FUSED_PERMUTE_BYTES = 8.0
"""A routed 16-bit element read and written once into expert order, and once back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """Software of one lineage and age, by the words in which measurements name it."""

    __pydantic_config__ = STRICT

    id: str
    fitted_as: str = ""
    """Id of the generation whose fitted effects it shares; its own where empty."""
    words: tuple[str, ...]
    """Lower-case fragments, any of which in a framework's name selects this generation."""
    from_date: str = ""
    """First ISO month of this generation, compared as text; empty for no bound."""
    before_date: str = NEVER
    fused_attention: bool
    fuses_score_bias: bool = True
    """Whether its fused kernel takes a bias on the scores (ALiBi)."""
    dropout: bool
    gradient_bytes: float
    default_zero: int
    sequence_parallel: bool
    kernels_for: tuple[str, ...] = ()
    """Chip families that its kernels were written for; empty: whatever it runs on."""
    splits_experts: bool = False
    """Whether tensor ranks split every expert where a table states no other degree."""
    deduplicates_dispatch: bool = False
    """Whether expert dispatch sends a token once to each scale-up domain."""
    gathers_dispatch: bool = False
    """Whether every expert rank gathers all tokens of its group and sums its outputs back, in the
    place of two all-to-alls."""
    indexed_passes: float = 0.0
    """Gathers and scatters of a routed element, forward, that look an index up for every element
    and not for every row."""
    permute_bytes: float = FUSED_PERMUTE_BYTES
    """Bytes moved per routed hidden element, into expert order and back, by counting the
    other passes."""
    offload_keeps_weight: bool = False
    """Whether the fp32 weights of an optimizer that the host steps stay on the device too, and come
    back in 32 bits."""
    log_spread: float = 0.0
    """Log standard deviation of step times about the fitted ones, for releases after those that
    were measured."""
    source: str
    grade: Grade

    @property
    def is_of_any_time(self) -> bool:
        """Whether the name alone tells the generation."""
        return self.from_date == "" and self.before_date == NEVER

    @property
    def level(self) -> str:
        """The level of software effects in the fit."""
        return self.fitted_as or self.id


@cache
def generations() -> tuple[Generation, ...]:
    """Return the packaged generations, most specific first."""
    return tuple(read_records(data_root() / "performance" / "software.yaml", Generation))


def generation(generation_id: str) -> Generation:
    """Return one generation by id.

    Raises
    ------
    UnknownNameError
        There is no such generation.
    """
    for each in generations():
        if each.id == generation_id:
            return each
    raise UnknownNameError(
        "software generation",
        generation_id,
        tuple(dict.fromkeys(each.id for each in generations())),
    )


def generation_of(framework: str, date: str) -> Generation | None:
    """Return the generation that a framework's name and date point to, or ``None``.

    A release that counts years and months (NeMo 25.04) dates an undated run. Where neither tells
    the day and the name's generations follow one another, none is pointed to.
    """
    name = framework.lower()
    named = [each for each in generations() if any(word in name for word in each.words)]
    when = _month(date) or _release(name)
    if when is None:
        return named[0] if named and named[0].is_of_any_time else None
    return next((each for each in named if each.from_date <= when < each.before_date), None)


_YEAR_MONTH = re.compile(r"(20\d\d)(?:\s*[-/.年]\s*(\d{1,2}))?")
_RELEASE = re.compile(r"(?<![\d.])(2[3-9])\.(0[1-9]|1[0-2])(?!\d)")


def _month(date: str) -> str | None:
    """Return year, and month where it is told, as text that sorts; ``None`` without a year."""
    found = _YEAR_MONTH.search(date)
    if found is None:
        return None
    return found[1] if found[2] is None else f"{found[1]}-{int(found[2]):02d}"


def _release(name: str) -> str | None:
    found = _RELEASE.search(name)
    return None if found is None else f"20{found[1]}-{found[2]}"
