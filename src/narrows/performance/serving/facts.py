"""Facts that serving needs beside the catalogue: devices, engines and model details, from data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog import data_root
from narrows.core import STRICT, read_record, read_records

FOLDER = "performance"
OTHER = "other"
"""Family or engine that no entry names; its constants are those of all families, wider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyEntry:
    """A chip family, the engine usual on it, and the prefixes of the catalogue ids in it.

    ``four_bit`` is the four-bit float that its units take where a source says no more than that.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    engine: str
    chips: tuple[str, ...]
    four_bit: str = "fp4"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageEntry:
    """The devices that a driver shows for one package of a chip."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    chip: str
    per_chip: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTable:
    """The file ``serving_devices.yaml``."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    families: tuple[FamilyEntry, ...]
    packages: tuple[PackageEntry, ...]
    assumed_nic_gbit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What the table says of one chip."""

    family: str
    engine: str
    per_chip: int
    nic_gbit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineRun:
    """How many requests an engine's makers queue for a table of offline rates.

    ``requests`` are of prompts and outputs that have at most ``tokens_max`` tokens together.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    tokens_max: float
    requests: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFacts:
    """Documented defaults of one serving engine, and how its makers measure.

    ``even_experts`` where they force the same load on every rank of a mixture of experts. It
    speaks of their tables alone: a deployment that is planned has a router.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    names: tuple[str, ...]
    max_seqs: int
    chunk_tokens: int
    memory_share: float
    buffer_gb: float
    quantised_cache: str
    reserves_output: bool
    replicates_within_tp: bool
    source: str | None
    offline: tuple[OfflineRun, ...] = ()
    even_experts: bool = False

    def queued_requests(self, tokens: float) -> float:
        """Return the requests of an offline run of ``tokens`` each; infinite where untold."""
        fitting = [run.requests for run in self.offline if tokens <= run.tokens_max]
        return fitting[0] if fitting else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputRank:
    """A grouped low-rank output projection."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    rank: int
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression:
    """Layers whose cache keeps one entry for ``ratio`` tokens and reads at most ``selects``."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    layers_share: float
    ratio: int
    selects: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """Published modules for further tokens; ``ffn`` is the width of one without experts."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    layers: int
    ffn: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What serving needs to know of a model beyond its catalogue record."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    models: tuple[str, ...]
    native: str
    native_experts: str | None = None
    window: int | None = None
    output_rank: OutputRank | None = None
    compressed: tuple[Compression, ...] = ()
    drafts: DraftFacts | None = None


PLAIN = ModelFacts(models=(), native="bf16")
"""A model of which nothing beyond its record is said."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The three files together."""

    devices: DeviceTable
    engines: tuple[EngineFacts, ...]
    models: tuple[ModelFacts, ...]

    def device(self, chip_id: str) -> DeviceFacts:
        """Return family, devices in a package and assumed network card of a chip."""
        matches = [
            (len(prefix), family.id)
            for family in self.devices.families
            for prefix in family.chips
            if chip_id.startswith(prefix)
        ]
        family = max(matches)[1] if matches else OTHER
        usual = {entry.id: entry.engine for entry in self.devices.families}
        packages = {entry.chip: entry.per_chip for entry in self.devices.packages}
        return DeviceFacts(
            family=family,
            engine=usual.get(family, OTHER),
            per_chip=packages.get(chip_id, 1),
            nic_gbit_s=self.devices.assumed_nic_gbit_s,
        )

    def four_bit_float(self, family: str) -> str:
        """Return the four-bit float of a family: NVIDIA's, unless the table says another."""
        told = {entry.id: entry.four_bit for entry in self.devices.families}
        return told.get(family, "fp4")

    def engine(self, name: str | None) -> EngineFacts:
        """Return the engine whose longest name stands in ``name``, or the entry ``other``.

        Spaces, hyphens and case do not matter: TensorRT LLM, TRT-LLM and trtllm are one.
        """
        wanted = "" if name is None else _joined(name)
        return _longest_within(self.engines, wanted) or self.engine_by_id(OTHER)

    def engine_on(self, name: str | None, chip_id: str) -> EngineFacts:
        """Return the engine of a name on a chip: vLLM is the branch that its family runs."""
        found, usual = self.engine(name), self.device(chip_id).engine
        return self.engine_by_id(usual) if usual.startswith(f"{found.id}-") else found

    def engine_by_id(self, engine_id: str) -> EngineFacts:
        """Return one engine; raise ``KeyError`` where there is none."""
        return {engine.id: engine for engine in self.engines}[engine_id]

    def model(self, model_id: str) -> ModelFacts:
        """Return the facts whose longest prefix starts ``model_id``, or :data:`PLAIN`."""
        matches = [
            (len(prefix), i)
            for i, facts in enumerate(self.models)
            for prefix in facts.models
            if model_id.startswith(prefix)
        ]
        return self.models[max(matches)[1]] if matches else PLAIN


def _joined(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.lower())


def _longest_within(engines: Sequence[EngineFacts], wanted: str) -> EngineFacts | None:
    matches = [
        (len(name), i)
        for i, engine in enumerate(engines)
        for name in engine.names
        if _joined(name) in wanted
    ]
    return engines[max(matches)[1]] if matches else None


@lru_cache(maxsize=4)
def load_facts(root: Path | None = None) -> Facts:
    """Return the facts of the packaged data, or of the data under ``root``.

    Raises
    ------
    InputError
        A file is missing or faulty.
    """
    folder = (data_root() if root is None else root) / FOLDER
    return Facts(
        devices=read_record(folder / "serving_devices.yaml", DeviceTable),
        engines=tuple(read_records(folder / "serving_engines.yaml", EngineFacts)),
        models=tuple(read_records(folder / "serving_models.yaml", ModelFacts)),
    )
