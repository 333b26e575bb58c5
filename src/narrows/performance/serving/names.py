"""Names of chips and models as sources write them, resolved by rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog import Catalog, Chip, Model, System, data_root
from narrows.core import STRICT, AmbiguousNameError, UnknownNameError, read_record
from narrows.performance.serving.facts import FOLDER, load_facts
from narrows.performance.serving.generic import generic_model
from narrows.performance.written import (
    WrittenChip,
    endings_off,
    read_chip,
    read_model,
    refuse_foreign,
)

_BRACKETS = re.compile(r"\(([^)]*)\)")
_FAMILY = re.compile(r"^([a-z]+)[- ]?(\d+(?:\.\d+)?)-")
_SIZE = re.compile(r"(?<![a-z0-9.])a?\d+(?:\.\d+)?b(?![a-z0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipEntry:
    """What tables mean by a bare chip name."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: str
    chip: str
    because: str
    bin_guessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """The record that a model name stands for; ``kin`` where only the shape is a relative's."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: str
    model: str
    kin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemEntry:
    """The system that the words in brackets behind a chip's name mean."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: str
    system: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTable:
    """The file ``serving_names.yaml``."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    chips: tuple[ChipEntry, ...]
    systems: tuple[SystemEntry, ...]
    models: tuple[ModelEntry, ...]


@dataclass(frozen=True, slots=True)
class NamedChip:
    """A chip, the system that wires it, and the devices in one unit as the source counts them.

    ``bin_guessed`` where the name covers several bins and one stands in for them; ``count`` is the
    number of chips that the name itself gives.
    """

    chip: Chip
    system: System | None
    devices_per_count: int
    bin_guessed: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model and whether it is the very one, a relative's shape, or a stand-in by size."""

    model: Model
    match: str


@lru_cache(maxsize=4)
def load_names(root: Path | None = None) -> NameTable:
    """Return the packaged table of names, or the one under ``root``."""
    path = (data_root() if root is None else root) / FOLDER / "serving_names.yaml"
    return read_record(path, NameTable)


def name_chip(catalog: Catalog, written: str) -> NamedChip:
    """Return the chip that a source's table means.

    ``Ascend 910C die (Atlas 800 A3)?`` counts dies of the 910C in an Atlas 800 A3;
    ``Ascend 910C (Atlas A3)`` counts packages.

    Raises
    ------
    RefusalError
        The name is blank, names no chip of the catalogue or several products.
    """
    found = read_chip(written, catalog)
    chip, guessed = _meant(found)
    per_chip = load_facts().device(chip.id).per_chip
    return NamedChip(
        chip=chip,
        system=_system(catalog, chip, found),
        devices_per_count=1 if found.counts_dies else per_chip,
        bin_guessed=guessed,
        count=found.count,
    )


def name_model(catalog: Catalog, written: str) -> NamedModel:
    """Return the model that a source's table means.

    Format, tuning and release are taken off the name until a record answers; then the table of
    shared shapes; then a relative, or a stand-in from the sizes that the name tells.

    Raises
    ------
    UnknownNameError
        None of these answers.
    RefusalError
        The name tells an architecture that is no decoder transformer.
    """
    found = read_model(written, catalog)
    if found is not None:
        return NamedModel(found, "same")
    refuse_foreign(written, catalog)
    keys = {form.replace(" ", "-") for form in endings_off(written, catalog)}
    for entry in load_names().models:
        if entry.name in keys:
            return NamedModel(catalog.models[entry.model], "kin" if entry.kin else "same")
    plain = _BRACKETS.sub(" ", written).strip().split("/")[-1]
    relative = _relative(catalog, plain)
    if relative is not None:
        return NamedModel(relative, "kin")
    stand_in = generic_model(written)
    if stand_in is None:
        raise UnknownNameError("model", written)
    return NamedModel(stand_in, "size")


def _relative(catalog: Catalog, name: str) -> Model | None:
    """Return the model of the same family and sizes whose version is nearest: 3.8 for 3.5."""
    wanted = _FAMILY.match(name.lower())
    if wanted is None:
        return None
    sizes = tuple(_SIZE.findall(name.lower()))
    near = []
    for model_id, model in sorted(catalog.models.items()):
        other = _FAMILY.match(model_id)
        if other is None or other[1] != wanted[1] or not sizes:
            continue
        if sizes == tuple(_SIZE.findall(model_id)):
            near.append((abs(float(other[2]) - float(wanted[2])), model_id, model))
    return min(near)[2] if near else None


def _meant(found: WrittenChip) -> tuple[Chip, bool]:
    """Return the chip that a name leaving several open means, and whether it stands for bins."""
    if len(found.chips) == 1:
        return found.chips[0], False
    entries = {entry.chip: entry for entry in load_names().chips}
    for chip in found.chips:
        if chip.id in entries:
            return chip, entries[chip.id].bin_guessed
    raise found.refusal()


def _system(catalog: Catalog, chip: Chip, found: WrittenChip) -> System | None:
    """Return the system that the name tells, else the smallest one built of this chip."""
    hints = (*_BRACKETS.findall(found.written), _BRACKETS.sub(" ", found.written))
    named = [each for hint in hints if (each := _hinted(catalog, hint.strip())) is not None]
    for each in (*named, *found.systems):
        if each.chip == chip.id:
            return each
    built = [system for _, system in sorted(catalog.systems.items()) if system.chip == chip.id]
    sized = [(one.packages, one.id) for one in built if one.packages is not None]
    return catalog.systems[min(sized)[1]] if sized else None


def _hinted(catalog: Catalog, hint: str) -> System | None:
    meant = {entry.name: entry.system for entry in load_names().systems}
    if hint.lower() in meant:
        return catalog.systems[meant[hint.lower()]]
    try:
        return catalog.system(hint)
    except (UnknownNameError, AmbiguousNameError):
        return None
