"""Number formats of weights, arithmetic and cache, and the schemes that people name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from narrows.core import InputError


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
    Dtype.FP4: 0.5625,
    Dtype.INT4: 0.5625,
}
"""Bytes of one element. Four-bit formats carry one 8-bit scale for every 16 elements (NVFP4)."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """The format in which weights lie in memory, and the one in which they are multiplied."""

    weights: Dtype
    arithmetic: Dtype

    @property
    def weight_bytes(self) -> float:
        """Bytes of one weight in memory."""
        return BYTES[self.weights]


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
        return BYTES[self.cache]


_KERNELS: dict[str, Kernel] = {
    "bf16": Kernel(Dtype.BF16, Dtype.BF16),
    "fp8": Kernel(Dtype.FP8, Dtype.FP8),
    "w8a8": Kernel(Dtype.INT8, Dtype.INT8),
    "int8": Kernel(Dtype.INT8, Dtype.INT8),
    "w8a16": Kernel(Dtype.INT8, Dtype.BF16),
    "fp4": Kernel(Dtype.FP4, Dtype.FP4),
    "w4a8": Kernel(Dtype.INT4, Dtype.INT8),
    "w4a8fp": Kernel(Dtype.FP4, Dtype.FP8),
    "w4a16": Kernel(Dtype.FP4, Dtype.BF16),
    "int4": Kernel(Dtype.INT4, Dtype.BF16),
}
WEIGHT_FORMATS = tuple(sorted(_KERNELS))
"""The weight formats that :func:`kernel` knows."""


def kernel(name: str) -> Kernel:
    """Return the kernel format that people call ``name``.

    Raises
    ------
    InputError
        The name is not one of :data:`WEIGHT_FORMATS`.
    """
    if name not in _KERNELS:
        raise InputError(
            "unknown weight format",
            f"use one of {', '.join(WEIGHT_FORMATS)}",
            fieldname="weights",
            value=name,
        )
    return _KERNELS[name]


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
