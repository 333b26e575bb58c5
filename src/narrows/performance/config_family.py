"""What a model type says beyond the keys of its configurations: ``config_families.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from narrows.catalog import data_root
from narrows.core import STRICT, Grade, RefusalError, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Habits of some model types; ``None`` where the type has none of its own."""

    __pydantic_config__ = STRICT

    types: tuple[str, ...] = ()
    tied: bool | None = None
    ffn_matrices: int | None = None
    ffn_of_hidden: int | None = None
    halves_ffn: bool = False
    one_key_head: bool = False
    full_attention_every: int | None = None
    experts_as_ffn: bool = False
    dense_ffn: str | None = None
    shared_experts: int | None = None
    sinks: bool = False
    output_gate: bool = False


PLAIN = Family()
"""A type that says all in its keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """The packaged families, and what is no decoder transformer."""

    __pydantic_config__ = STRICT

    families: tuple[Family, ...]
    foreign_types: tuple[str, ...]
    foreign_architectures: tuple[str, ...]
    foreign_keys: tuple[str, ...]
    sources: tuple[str, ...]
    grade: Grade


@cache
def families() -> Families:
    """Return the packaged families."""
    return read_record(data_root() / "performance" / "config_families.yaml", Families)


def family_of_type(model_type: str) -> Family:
    """Return the habits of a model type."""
    return next((each for each in families().families if model_type in each.types), PLAIN)


def refuse_foreign_config(path: Path, config: Mapping[str, object]) -> None:
    """Refuse a configuration of layers that the formulas do not describe.

    Raises
    ------
    RefusalError
        Its type, architecture or a key tells state-space, recurrent, encoder or factored layers.
    """
    known = families()
    told = (
        [str(config.get("model_type"))] if config.get("model_type") in known.foreign_types else []
    )
    architectures = config.get("architectures")
    names = architectures if isinstance(architectures, list) else []
    told += [str(each) for each in names if str(each).endswith(known.foreign_architectures)]
    told += [key for key in known.foreign_keys if config.get(key)]
    if told:
        raise RefusalError(
            f"{path}: {told[0]} tells layers that are not modelled", ("a decoder transformer",)
        )
