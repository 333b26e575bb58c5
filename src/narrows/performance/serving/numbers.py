"""Number formats of weights, arithmetic and cache, and the schemes that people name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog import data_root
from narrows.core import STRICT, InputError, read_record
from narrows.performance.serving.facts import FOLDER


class Dtype(StrEnum):
    """A number format as a kernel sees it."""

    BF16 = "bf16"
    FP8 = "fp8"
    INT8 = "int8"
    FP4 = "fp4"
    INT4 = "int4"


BYTES: dict[Dtype, float] = {
    Dtype.BF16: 2.0,
    Dtype.FP8: 1.0,
    Dtype.INT8: 1.0,
    Dtype.FP4: 0.5,
    Dtype.INT4: 0.5,
}
"""Bytes of one bare element, without the scales that it shares with others."""
BYTE_BITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How numbers lie in memory: bits of an element, and those of the scale that a group shares.

    Blank where one scale serves a whole tensor or output channel.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    element: Dtype
    bits: int
    scale_bits: int | None = None
    group: int | None = None
    source: str

    @property
    def bytes(self) -> float:
        """Bytes of one element with its part of the scale: 0.53125 for MXFP4, 0.5625 for NVFP4."""
        if self.scale_bits is None or self.group is None:
            return self.bits / BYTE_BITS
        return (self.bits + self.scale_bits / self.group) / BYTE_BITS


@dataclass(frozen=True, slots=True)
class Kernel:
    """The format in which weights lie in memory, and the one in which they are multiplied."""

    weights: Stored
    arithmetic: Dtype

    @property
    def weight_bytes(self) -> float:
        """Bytes of one weight in memory, with its part of the scales."""
        return self.weights.bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelEntry:
    """What people call a pair of formats, as ``number_formats.yaml`` has it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    weights: str
    arithmetic: Dtype


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheEntry:
    """How a cache of an element's type is stored."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    cache: Dtype
    stored: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFormats:
    """The file ``number_formats.yaml``."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    stored: tuple[Stored, ...]
    kernels: tuple[KernelEntry, ...]
    caches: tuple[CacheEntry, ...]


@dataclass(frozen=True, slots=True)
class FormatTable:
    """Kernels and caches by the names that people give them."""

    kernels: dict[str, Kernel]
    caches: dict[Dtype, Stored]


@lru_cache(maxsize=4)
def load_formats(root: Path | None = None) -> FormatTable:
    """Return the packaged formats, or those under ``root``.

    Raises
    ------
    InputError
        The file is missing or faulty, or names a way to store that it does not have.
    """
    path = (data_root() if root is None else root) / FOLDER / "number_formats.yaml"
    read = read_record(path, NumberFormats)
    stored = {each.id: each for each in read.stored}
    named = [each.weights for each in read.kernels] + [each.stored for each in read.caches]
    unknown = next((name for name in named if name not in stored), None)
    if unknown is not None:
        raise InputError(
            f"{path}: nothing is stored so", "add it under `stored`", fieldname="id", value=unknown
        )
    return FormatTable(
        {each.id: Kernel(stored[each.weights], each.arithmetic) for each in read.kernels},
        {each.cache: stored[each.stored] for each in read.caches},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Formats of the four things that a serving engine quantises apart."""

    attention: Kernel
    dense: Kernel
    experts: Kernel
    cache: Dtype

    @property
    def cache_bytes(self) -> float:
        """Bytes of one element of the key-value cache."""
        return load_formats().caches[self.cache].bytes


def kernel(name: str) -> Kernel:
    """Return the kernel format that people call ``name``.

    Raises
    ------
    InputError
        The packaged formats have no such name.
    """
    known = load_formats().kernels
    if name not in known:
        raise InputError(
            "unknown weight format",
            f"use one of {', '.join(sorted(known))}",
            fieldname="weights",
            value=name,
        )
    return known[name]


def scheme(
    weights: str, cache: str, *, attention: str | None = None, experts: str | None = None
) -> Scheme:
    """Return the scheme of a weight format; ``attention`` and ``experts`` override parts of it.

    Raises
    ------
    InputError
        A format is unknown.
    """
    if cache not in set(Dtype):
        formats = ", ".join(Dtype)
        raise InputError(
            "unknown cache format", f"use one of {formats}", fieldname="kv_dtype", value=cache
        )
    dense = kernel(weights)
    return Scheme(
        attention=dense if attention is None else kernel(attention),
        dense=dense,
        experts=dense if experts is None else kernel(experts),
        cache=Dtype(cache),
    )
