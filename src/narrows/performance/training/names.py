"""Names as measurement tables write them: chips, models and number formats by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from narrows.catalog import Attention, Catalog, Chip, Model, System, data_root
from narrows.core import (
    STRICT,
    Grade,
    RefusalError,
    read_record,
)
from narrows.performance.hardware import Precision
from narrows.performance.written import read_chip, read_model


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule:
    """All of ``words`` in a name mean a record."""

    __pydantic_config__ = STRICT

    words: tuple[str, ...]
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipClass:
    """A family name for several bins."""

    __pydantic_config__ = STRICT

    id: str
    members: tuple[str, ...]
    chip: str
    log_spread: float
    source: str
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The packaged rules."""

    __pydantic_config__ = STRICT

    models: tuple[NameRule, ...]
    classes: tuple[ChipClass, ...]
    precisions: tuple[NameRule, ...]
    model_endings: tuple[str, ...]
    adapter_words: tuple[str, ...]
    adapter_trained_share: float
    packed_words: tuple[str, ...]
    packed_keys: int
    assumed_vocab: int
    sources: tuple[str, ...]
    grade: Grade


@cache
def names() -> Names:
    """Return the packaged rules on names."""
    return read_record(data_root() / "performance" / "training_names.yaml", Names)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChip:
    """A resolved chip; ``log_spread`` is the spread of the bins that the name leaves open.

    ``system`` is the one that the name tells, ``count`` the number of chips that it gives, and
    ``counts_dies`` says that it counts dies.
    """

    chip: Chip
    log_spread: float = 0.0
    system: System | None = None
    count: int | None = None
    counts_dies: bool = False


def resolve_chip(name: str, catalog: Catalog) -> NamedChip:
    """Return the chip that a table's name means.

    Raises
    ------
    RefusalError
        The name is blank, unknown, or leaves open which chip is meant.
    """
    found = read_chip(name, catalog)
    ids = {chip.id for chip in found.chips}
    bins = next((each for each in names().classes if ids <= set(each.members)), None)
    if len(ids) > 1 and bins is None:
        raise found.refusal()
    open_bins = len(ids) > 1 and bins is not None
    return NamedChip(
        chip=catalog.chip(bins.chip) if open_bins and bins is not None else found.chips[0],
        log_spread=bins.log_spread if open_bins and bins is not None else 0.0,
        system=found.systems[0] if found.systems else None,
        count=found.count,
        counts_dies=found.counts_dies,
    )


def _matching(name: str, rules: Sequence[NameRule]) -> NameRule | None:
    lower = name.lower()
    return next((rule for rule in rules if all(word in lower for word in rule.words)), None)


_NEGATED = re.compile(r"\b(?:no|not|without|w/o)\s+\w+", re.IGNORECASE)
"""``bf16 w/o fp8`` names one format."""


def resolve_precision(name: str) -> Precision | None:
    """Return the format of the large products, or ``None`` where none is named.

    Raises
    ------
    RefusalError
        A format is named that the model does not know.
    """
    if not name.strip():
        return None
    rule = _matching(_NEGATED.sub(" ", name), names().precisions)
    if rule is None:
        raise RefusalError(f"number format {name!r} is not modelled", ("precision",))
    return Precision(rule.id)


def find_model(name: str, catalog: Catalog) -> Model | None:
    """Return the catalogue's model of a table's name, whole or without its ending, or ``None``."""
    lower = name.lower()
    cuts = [lower.find(ending) for ending in names().model_endings if ending in lower]
    for attempt in (name, *(name[:cut] for cut in sorted(cuts, reverse=True))):
        found = read_model(attempt, catalog)
        if found is not None:
            return found
    rule = _matching(name, names().models)
    return None if rule is None else catalog.models[rule.id]


def latent_twin(name: str, hidden: float, heads: float, catalog: Catalog) -> Model | None:
    """Return a model of the named family with latent attention, the same width and heads.

    Tables have no columns for latents; a row that a source cut or grew from a known model has the
    same attention. ``None`` where no model matches or those that do differ in their latents.
    """
    twins = [
        each
        for each in catalog.models.values()
        if each.attention is Attention.MLA
        and each.family.lower() in name.lower()
        and (each.hidden, each.heads) == (int(hidden), int(heads))
    ]
    latents = {
        (each.q_lora_rank, each.kv_lora_rank, each.qk_nope_dim, each.qk_rope_dim, each.v_head_dim)
        for each in twins
    }
    return twins[0] if len(latents) == 1 else None


def packs_samples(name: str) -> bool:
    """Return whether a model's name says that it is tuned on short samples packed together."""
    return any(word in name.lower() for word in names().packed_words)


def trains_adapters(name: str) -> bool:
    """Return whether a model's name says that only adapters are trained."""
    return any(word in name.lower() for word in names().adapter_words)
