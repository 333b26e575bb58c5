"""The best dense rate of a chip: the one whose operations times bits is largest."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.catalog.facts import fact
from narrows.catalog.records import Chip
from narrows.core import Figure, RefusalError

_RATES = (
    ("fp64", "fp64_tflops", 64),
    ("fp64_tensor", "fp64_tensor_tflops", 64),
    ("fp32", "fp32_tflops", 32),
    ("fp16_bf16", "bf16_tflops", 16),
    ("fp8", "fp8_tflops", 8),
    ("int8", "int8_tops", 8),
    ("fp6", "fp6_tflops", 6),
    ("fp4", "fp4_tflops", 4),
)
"""Number format, field, operand bits. TF32 is left out: its 19 bits never beat FP16's rate."""


@dataclass(frozen=True, slots=True)
class BestRate:
    """A dense rate, its number format and the bits of an operand."""

    dtype: str
    bits: int
    rate: Figure
    tops: float


def best_dense_rate(chip: Chip) -> BestRate:
    """Return the dense rate of which operations a second times operand bits are most.

    Raises
    ------
    RefusalError
        No rate of the chip is known.
    """
    known = [
        (tops * bits, dtype, field, bits, float(tops))
        for dtype, field, bits in _RATES
        if (tops := getattr(chip, field)) is not None
    ]
    if not known:
        raise RefusalError(f"no dense rate of {chip.id} is known", (f"{chip.id} dense rate",))
    _, dtype, field, bits, tops = max(known, key=lambda item: item[0])
    return BestRate(dtype, bits, fact(chip, field), tops)
