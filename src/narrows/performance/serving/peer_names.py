"""What the package aiconfigurator calls chips, engines, models and formats, from data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, TypeVar

from pydantic import ConfigDict

from narrows.catalog import data_root
from narrows.core import STRICT, RefusalError, read_record
from narrows.performance.serving.facts import FOLDER

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerChip:
    """A catalogue chip and the package's system."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    chip: str
    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerEngine:
    """An engine and the package's backend."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    engine: str
    backend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerCache:
    """A cache format and the package's word for it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    cache: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A published checkpoint, and the format to compute it in where that is another."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    weights: str
    path: str
    mode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerModel:
    """A catalogue model and its checkpoints."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    model: str
    checkpoints: tuple[Checkpoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerNames:
    """The file ``aiconfigurator.yaml``; each look-up refuses what the package does not cover."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    version: str
    chips: tuple[PeerChip, ...]
    engines: tuple[PeerEngine, ...]
    caches: tuple[PeerCache, ...]
    models: tuple[PeerModel, ...]

    def system(self, chip: str) -> str:
        """Return the package's system of a chip."""
        return _found({each.chip: each.system for each in self.chips}, chip, "chip")

    def backend(self, engine: str) -> str:
        """Return the package's backend of an engine."""
        return _found({each.engine: each.backend for each in self.engines}, engine, "engine")

    def cache_mode(self, cache: str) -> str:
        """Return the package's word for a cache format."""
        return _found({each.cache: each.mode for each in self.caches}, cache, "cache")

    def checkpoint(self, model: str, weights: str) -> Checkpoint:
        """Return the checkpoint of a model with weights of a format."""
        every = {(each.model, c.weights): c for each in self.models for c in each.checkpoints}
        return _found(every, (model, weights), "model")


def _found(table: Mapping[_Key, _Value], key: _Key, what: str) -> _Value:
    if key not in table:
        words = " in ".join(key) if isinstance(key, tuple) else str(key)
        raise RefusalError(f"aiconfigurator has no table for {words}", (what,))
    return table[key]


@lru_cache(maxsize=1)
def load_peer_names() -> PeerNames:
    """Return the packaged names."""
    return read_record(data_root() / FOLDER / "aiconfigurator.yaml", PeerNames)
