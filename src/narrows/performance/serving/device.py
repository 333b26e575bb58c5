"""What software sees: one device, which is a package or, on some chips, half of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrows.catalog import Chip, System
from narrows.core import RefusalError
from narrows.performance.serving.facts import DeviceFacts, load_facts
from narrows.performance.serving.numbers import Dtype

GIGA = 1e9
GIBI = 2.0**30
"""Makers state capacities in binary gigabytes: a driver shows 81,559 MiB on an 80 GB H100."""
TERA = 1e12
_CARRIERS: Mapping[Dtype, tuple[Dtype, ...]] = {
    # Arithmetic in a wider format is exact for narrower operands, so a chip that lacks a unit,
    # or keeps only a token one, falls back to the fastest format that can carry the values.
    Dtype.BF16: (Dtype.BF16,),
    Dtype.FP8: (Dtype.FP8, Dtype.BF16),
    Dtype.INT8: (Dtype.INT8, Dtype.BF16),
    Dtype.FP4: (Dtype.FP4, Dtype.FP8, Dtype.BF16),
    Dtype.INT4: (Dtype.INT8, Dtype.BF16),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Rates of one device, in SI units. ``per_chip`` devices make one package."""

    name: str
    family: str
    per_chip: int
    rates: Mapping[Dtype, float]
    memory_bytes: float
    memory_bytes_s: float
    link_bytes_s: float | None
    domain: int
    nic_bytes_s: float
    power_w: float | None
    assumed: tuple[str, ...] = ()

    def carrier(self, dtype: Dtype) -> Dtype:
        """Return the fastest format that the device has and that can carry ``dtype``."""
        able = [carrier for carrier in _CARRIERS[dtype] if carrier in self.rates]
        return max(able, key=lambda carrier: self.rates[carrier])

    def rate(self, dtype: Dtype) -> float:
        """Return the dense peak, in FLOP/s, at which values of ``dtype`` can be multiplied."""
        return self.rates[self.carrier(dtype)]

    @property
    def balance(self) -> float:
        """Return 16-bit operations for each byte of memory traffic at the nominal peaks."""
        return self.rates[Dtype.BF16] / self.memory_bytes_s

    def link(self) -> float:
        """Return the scale-up bandwidth of the device, bytes per second and direction."""
        return self.nic_bytes_s if self.link_bytes_s is None else self.link_bytes_s


def device_of(chip: Chip, system: System | None = None) -> Device:
    """Return the device of a chip, as it is wired in ``system``.

    Without a system, the chip's own scale-up domain holds and the network card is the packaged
    assumption, which ``assumed`` then names.

    Raises
    ------
    RefusalError
        The chip's compute rate, memory or bandwidth is not public.
    """
    missing = _missing(chip)
    if missing:
        raise RefusalError(f"{chip.id} has no public figure to compute with", missing)
    facts = load_facts().device(chip.id)
    link = _first(_system_link(system), _chip_link(chip))
    domain = _first(_system_domain(system), chip.scaleup_domain_chips, 1.0)
    nic, assumed = _nic(system, facts)
    return Device(
        name=chip.id,
        family=facts.family,
        per_chip=facts.per_chip,
        rates={d: tera * TERA / facts.per_chip for d, tera in _peaks(chip).items()},
        memory_bytes=_known(chip.memory_gb) * GIBI / facts.per_chip,
        memory_bytes_s=_known(chip.memory_bandwidth_gb_s) * GIGA / facts.per_chip,
        link_bytes_s=None if link is None else link * GIGA / facts.per_chip,
        domain=int(_known(domain)) * facts.per_chip,
        nic_bytes_s=nic / facts.per_chip,
        power_w=None if chip.tdp_w is None else chip.tdp_w / facts.per_chip,
        assumed=assumed + (("scaleup_gb_s_per_direction",) if link is None else ()),
    )


def eight_bit_format(device: Device) -> str:
    """Return the 8-bit format that a device multiplies faster than 16-bit values, else bf16."""
    sixteen = device.rates[Dtype.BF16]
    for dtype, name in ((Dtype.FP8, "fp8"), (Dtype.INT8, "w8a8")):
        if device.rates.get(dtype, 0.0) > sixteen:
            return name
    return "bf16"


def _peaks(chip: Chip) -> dict[Dtype, float]:
    sixteen = _first(chip.fp16_matrix_only_tflops, chip.bf16_tflops)
    found = {
        Dtype.BF16: sixteen,
        Dtype.FP8: chip.fp8_tflops,
        Dtype.INT8: chip.int8_tops,
        Dtype.FP4: chip.fp4_tflops,
    }
    peaks = {dtype: tera for dtype, tera in found.items() if tera is not None}
    if Dtype.BF16 not in peaks and Dtype.FP8 in peaks:
        # every matrix unit with an 8-bit mode that we know of runs 16-bit at half its rate
        peaks[Dtype.BF16] = peaks[Dtype.FP8] / 2
    return peaks


def _missing(chip: Chip) -> tuple[str, ...]:
    known = {
        "bf16_tflops": _first(chip.bf16_tflops, chip.fp16_matrix_only_tflops, chip.fp8_tflops),
        "memory_gb": chip.memory_gb,
        "memory_bandwidth_gb_s": chip.memory_bandwidth_gb_s,
    }
    return tuple(f"{chip.id}.{name}" for name, value in known.items() if value is None)


def _chip_link(chip: Chip) -> float | None:
    if chip.scaleup_gb_s_per_direction is not None:
        return chip.scaleup_gb_s_per_direction
    both_ways = chip.scaleup_gb_s_bidirectional
    return None if both_ways is None else both_ways / 2


def _system_link(system: System | None) -> float | None:
    return None if system is None else system.scaleup_gb_s_per_chip_per_direction


def _system_domain(system: System | None) -> int | None:
    return None if system is None else system.scaleup_domain_chips


def _nic(system: System | None, facts: DeviceFacts) -> tuple[float, tuple[str, ...]]:
    gbit_s = None if system is None else system.scaleout_gbit_s_per_chip
    if gbit_s is None:
        return facts.nic_gbit_s * GIGA / 8, ("scaleout_gbit_s_per_chip",)
    return gbit_s * GIGA / 8, ()


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _known(value: float | None) -> float:
    if value is None:
        msg = "a figure that was checked before is missing"
        raise ValueError(msg)
    return value
