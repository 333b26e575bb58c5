"""From a chip's and a system's record to the facts that cards ask for. A blank stays unknown."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.catalog import Chip, System
from narrows.rules.arithmetic import best_rate
from narrows.rules.quantity import FactValue
from narrows.rules.route_records import ItemForm

WIDTH_BITS: Mapping[str, int] = {
    "fp64_tflops": 64,
    "fp64_tensor_tflops": 64,
    "fp32_tflops": 32,
    "tf32_tflops": 19,
    "bf16_tflops": 16,
    "fp16_matrix_only_tflops": 16,
    "fp8_tflops": 8,
    "int8_tops": 8,
    "fp6_tflops": 6,
    "fp4_tflops": 4,
}
"""Width in bits of the inputs of each data type: what the types are, not a line of law."""

CHINA = "CN"
UNITED_STATES = "US"


def chip_facts(chip: Chip) -> dict[str, FactValue]:
    """Return the facts that follow from a chip's record alone."""
    rates = {
        name: (float(rate), float(bits))
        for name, bits in WIDTH_BITS.items()
        if (rate := getattr(chip, name)) is not None
    }
    best = rates[best_rate(rates)[0]] if rates else (None, None)
    return {
        "chip_id": chip.id,
        "vendor": chip.vendor,
        "dense_tops": best[0],
        "bits": best[1],
        "applicable_die_mm2": chip.logic_area_mm2,
        "dram_bandwidth_gb_s": chip.memory_bandwidth_gb_s,
        "scaleup_bidirectional_gb_s": scaleup_gb_s(chip),
        "pcie_generation": None if chip.pcie_generation is None else float(chip.pcie_generation),
        "datacentre_marketed": chip.datacentre_marketed,
        "prc_designed": None if chip.vendor_country is None else chip.vendor_country == CHINA,
        "us_technology": True if chip.vendor_country == UNITED_STATES else None,
    }


NO_LINK = "none"
"""How the catalogue says that a chip has no scale-up link."""


def scaleup_gb_s(chip: Chip) -> float | None:
    """Return the scale-up rate both ways; a chip known to have no link has zero, not a gap."""
    return 0.0 if chip.scaleup_link == NO_LINK else chip.scaleup_gb_s_bidirectional


FINISHED = frozenset({ItemForm.BOARD, ItemForm.SERVER, ItemForm.RACK})
"""Forms that hold chips; no foundry ships them as its circuits."""


def board_facts(
    chip: Chip, system: System | None, *, form: ItemForm, weight: float | None
) -> dict[str, FactValue]:
    """Return the adjusted peak performance of what moves; unknown where a figure is blank.

    A board or machine holds as many packages as its system says, and nobody knows how many
    without one; a lone package is one.
    """
    packages = 1 if form not in FINISHED else None if system is None else system.packages
    if packages is None or chip.fp64_tflops is None or weight is None:
        return {"adjusted_peak_tflops": None}
    peak = adjusted_peak_performance(packages, chip.fp64_tflops, weight=weight)
    return {"adjusted_peak_tflops": peak}


def adjusted_peak_performance(packages: int, fp64_tflops: float, *, weight: float) -> float:
    """Return weighted 64-bit TFLOP/s of a computer: the weight of its kind times the sum.

    Wassenaar list, technical note on category 4.
    """
    return weight * packages * fp64_tflops
