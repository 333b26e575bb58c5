"""Names as measurement tables write them: chips, models and number formats by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from narrows.catalog import Attention, Catalog, Chip, Model, data_root
from narrows.core import (
    STRICT,
    AmbiguousNameError,
    Grade,
    RefusalError,
    UnknownNameError,
    read_record,
)
from narrows.performance.hardware import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule:
    """All of ``words`` in a name mean a record, a class, or that the name stays unclear."""

    __pydantic_config__ = STRICT

    words: tuple[str, ...]
    id: str | None = None
    bins: str | None = None
    """Id of a class of bins."""
    unclear: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipClass:
    """A family name for several bins."""

    __pydantic_config__ = STRICT

    id: str
    chip: str
    log_spread: float
    source: str
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The packaged rules."""

    __pydantic_config__ = STRICT

    chips: tuple[NameRule, ...]
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


@dataclass(frozen=True, slots=True)
class NamedChip:
    """A resolved chip; ``log_spread`` is the spread of the bins that the name leaves open."""

    chip: Chip
    log_spread: float = 0.0


def resolve_chip(name: str, catalog: Catalog) -> NamedChip:
    """Return the chip that a table's name means.

    Raises
    ------
    RefusalError
        The name is blank, unknown, or leaves open which chip is meant.
    """
    if not name.strip():
        raise RefusalError("the row names no chip", ("chip",))
    rule = _matching(name, names().chips)
    if rule is None:
        return NamedChip(_catalogued(name, catalog))
    if rule.unclear is not None:
        raise RefusalError(f"chip {name!r} stays unclear: {rule.unclear}", ("chip",))
    if rule.bins is not None:
        found = next(each for each in names().classes if each.id == rule.bins)
        return NamedChip(catalog.chip(found.chip), found.log_spread)
    return NamedChip(catalog.chip(str(rule.id)))


def _catalogued(name: str, catalog: Catalog) -> Chip:
    plain = name.split("(", maxsplit=1)[0].strip()
    try:
        return catalog.chip(plain)
    except AmbiguousNameError as error:
        raise RefusalError(
            f"chip {name!r} may be any of {', '.join(error.candidates)}", ("chip",)
        ) from error
    except UnknownNameError as error:
        raise RefusalError(f"chip {name!r} is not in the catalogue", ("chip",)) from error


def _matching(name: str, rules: Sequence[NameRule]) -> NameRule | None:
    lower = name.lower()
    return next((rule for rule in rules if all(word in lower for word in rule.words)), None)


def resolve_precision(name: str) -> Precision | None:
    """Return the format of the large products, or ``None`` where none is named.

    Raises
    ------
    RefusalError
        A format is named that the model does not know.
    """
    if not name.strip():
        return None
    rule = _matching(name, names().precisions)
    if rule is None:
        raise RefusalError(f"number format {name!r} is not modelled", ("precision",))
    return Precision(str(rule.id))


def find_model(name: str, catalog: Catalog) -> Model | None:
    """Return the catalogue's model of a table's name, whole or without its ending, or ``None``."""
    lower = name.lower()
    cuts = [lower.find(ending) for ending in names().model_endings if ending in lower]
    tries = [name, *(name[:cut] for cut in sorted(cuts, reverse=True))]
    for attempt in tries:
        try:
            return catalog.model(attempt.strip())
        except (UnknownNameError, AmbiguousNameError):
            continue
    rule = _matching(name, names().models)
    return None if rule is None else catalog.models[str(rule.id)]


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
