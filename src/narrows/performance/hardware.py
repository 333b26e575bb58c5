"""What a formula needs of a chip: peaks by precision, bandwidth, memory, links.

Figures come from the catalogue; nothing here knows a product. A *device* is what software
schedules on, which for a package of two separately addressed dies is half of the package.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from narrows.catalog import Chip, System, data_root
from narrows.core import STRICT, Grade, RefusalError, read_record
from narrows.performance.arrays import Array, xp
from narrows.performance.host import UNKNOWN_HOST, Host, host_of
from narrows.performance.offload import HostRates


class Precision(StrEnum):
    """What the large matrix products run in; attention and logits stay in 16 bits."""

    BF16 = "bf16"
    FP8 = "fp8"
    FP8_BLOCK = "fp8_block"
    MXFP8 = "mxfp8"
    NVFP4 = "nvfp4"

    @property
    def element_bytes(self) -> float:
        """Bytes of one operand element of a matrix product."""
        return _ELEMENT_BYTES[self]


_ELEMENT_BYTES: Mapping[Precision, float] = {
    Precision.BF16: 2.0,
    Precision.FP8: 1.0,
    Precision.FP8_BLOCK: 1.0,
    Precision.MXFP8: 1.03,
    Precision.NVFP4: 0.5625,
}
"""Scale factors included: one byte for 32 elements (MX), one for 16 (NVFP4)."""

GIB = 2.0**30
"""What a vendor's gigabyte of device memory is: stacks are powers of two, and an 80 GB A100 or H100
shows its driver 80 GiB and more, a 64 GB die 65,536 MiB. Bandwidths and links count in 1e9."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """One device and its links, in SI units, before any efficiency."""

    chip_id: str
    family: str
    devices_per_package: int
    flops_per_s: Mapping[Precision, float]
    """Dense peak of the matrix unit by precision; a missing key is an unsupported precision."""
    bytes_per_s: float
    memory_bytes: float
    link_bytes_per_s: float
    """Scale-up, one direction."""
    ports: int
    """Peers that the scale-up links are divided over: 1 behind a switch."""
    domain: int
    """Devices in the scale-up domain."""
    nic_bytes_per_s: float
    """Scale-out, one direction, this device's share."""
    switch_bytes_per_s: float | None
    """Rate at which the scale-up switch adds a tensor; ``None`` where it cannot or is unknown."""
    power_w: float | None
    reachable_bytes: float
    """Device memory plus the host memory that a coherent link puts within reach."""
    host: Host = UNKNOWN_HOST
    assumed: tuple[str, ...] = ()
    """Names of figures that are stated assumptions rather than catalogue facts."""

    def peak(self, precision: Precision) -> float:
        """Return the dense matrix peak in FLOP/s.

        Raises
        ------
        RefusalError
            The device has no such rate, or none is published.
        """
        if precision not in self.flops_per_s:
            raise RefusalError(
                f"{self.chip_id} has no published {precision} rate",
                (f"{precision} dense rate of {self.chip_id}",),
            )
        return self.flops_per_s[precision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The numbers of one or many devices as arrays, for one precision each."""

    flops_per_s: Array
    wide_flops_per_s: Array
    """Peak in 16 bits, which attention and logits use in every precision."""
    element_bytes: Array
    narrow: Array
    """1 where the products run in 8 bits or fewer, else 0."""
    bytes_per_s: Array
    memory_bytes: Array
    link_bytes_per_s: Array
    ports: Array
    switch_bytes_per_s: Array
    """Rate at which the switch adds tensors in an all-reduce; 0 where the devices add."""
    domain: Array
    nic_bytes_per_s: Array
    power_share: Array
    """Board power over what the matrix unit's full clock asks for, at most 1."""
    to_host_bytes_per_s: Array
    """This and the next three are not-a-number where the host is unknown."""
    from_host_bytes_per_s: Array
    host_stream_bytes_per_s: Array
    host_update_bytes_per_s: Array

    @property
    def host(self) -> HostRates:
        """What the device sustains towards its host."""
        return HostRates(
            to_host=self.to_host_bytes_per_s,
            from_host=self.from_host_bytes_per_s,
            stream=self.host_stream_bytes_per_s,
            update=self.host_update_bytes_per_s,
        )


def device(hardware: Hardware, precision: Precision) -> Device:
    """Return the arrays of one device at one precision."""
    return Device(
        flops_per_s=xp.array(hardware.peak(precision)),
        wide_flops_per_s=xp.array(hardware.peak(Precision.BF16)),
        element_bytes=xp.array(precision.element_bytes),
        narrow=xp.array(float(precision is not Precision.BF16)),
        bytes_per_s=xp.array(hardware.bytes_per_s),
        memory_bytes=xp.array(hardware.memory_bytes),
        link_bytes_per_s=xp.array(hardware.link_bytes_per_s),
        ports=xp.array(float(hardware.ports)),
        switch_bytes_per_s=xp.array(0.0),
        domain=xp.array(float(hardware.domain)),
        nic_bytes_per_s=xp.array(hardware.nic_bytes_per_s),
        power_share=xp.array(_power_share(hardware)),
        to_host_bytes_per_s=_or_nan(hardware.host.to_host_bytes_per_s),
        from_host_bytes_per_s=_or_nan(hardware.host.from_host_bytes_per_s),
        host_stream_bytes_per_s=_or_nan(hardware.host.stream_bytes_per_s),
        host_update_bytes_per_s=_or_nan(hardware.host.update_bytes_per_s),
    )


def _or_nan(value: float | None) -> Array:
    """Return a number that spoils whatever uses it where the value is unknown."""
    return xp.array(math.nan if value is None else value)


def _power_share(hardware: Hardware) -> float:
    """Return one where the power is not published: no limit is known."""
    if hardware.power_w is None:
        return 1.0
    asked_w = hardware_notes().unlimited_w_per_tflop * hardware.peak(Precision.BF16) / 1e12
    return min(1.0, hardware.power_w / asked_w)


@dataclass(frozen=True, slots=True, kw_only=True)
class HardwareNotes:
    """What the catalogue has no field for: families, dies apart, stated assumptions."""

    __pydantic_config__ = STRICT

    families: Mapping[str, tuple[str, ...]]
    """Prefixes of chip ids by calibration family; the longest match wins."""
    devices_per_package: Mapping[str, int]
    adds_in_switch: Mapping[str, float]
    """By calibration family: share of a link's rate at which the switch adds a tensor."""
    meshed: tuple[str, ...]
    """Prefixes of chip ids whose scale-up links join every pair of a domain, without a switch."""
    default_nic_gbit_s: float
    default_domain: int
    unlimited_w_per_tflop: float
    sources: tuple[str, ...]
    grade: Grade


@cache
def hardware_notes() -> HardwareNotes:
    """Return the packaged notes on hardware."""
    return read_record(data_root() / "performance" / "hardware.yaml", HardwareNotes)


def family_of(chip_id: str) -> str:
    """Return the calibration family of a chip, ``"other"`` where none is fitted."""
    found = [
        (len(prefix), family)
        for family, prefixes in hardware_notes().families.items()
        for prefix in prefixes
        if chip_id.startswith(prefix)
    ]
    return max(found)[1] if found else "other"


def hardware_of(chip: Chip, system: System | None = None) -> Hardware:
    """Return the formula's view of a catalogue chip, in a system where one is given.

    The matrix unit's own peak is used where the headline rate includes a vector unit.

    Raises
    ------
    RefusalError
        A rate without which no time can be computed is unknown.
    """
    notes = hardware_notes()
    dies = notes.devices_per_package.get(chip.id, 1)
    assumed: list[str] = []
    stated = None if system is None else system.scaleup_domain_chips
    domain = chip.scaleup_domain_chips if stated is None else stated
    if domain is None:
        assumed.append("scaleup_domain_chips")
        domain = notes.default_domain
    nic_gbit_s = None if system is None else system.scaleout_gbit_s_per_chip
    if nic_gbit_s is None:
        assumed.append("scaleout_gbit_s_per_chip")
        nic_gbit_s = notes.default_nic_gbit_s
    nic_bytes_s = nic_gbit_s * 1e9 / 8.0
    link_gb_s = chip.scaleup_gb_s_per_direction
    if link_gb_s is None:
        assumed.append("scaleup_gb_s_per_direction")
        link_gb_s = nic_bytes_s / 1e9
    adds = notes.adds_in_switch.get(family_of(chip.id))
    return Hardware(
        chip_id=chip.id,
        family=family_of(chip.id),
        devices_per_package=dies,
        flops_per_s={key: rate / dies for key, rate in _peaks(chip).items()},
        bytes_per_s=_needed(chip, "memory_bandwidth_gb_s") * 1e9 / dies,
        memory_bytes=_needed(chip, "memory_gb") * GIB / dies,
        link_bytes_per_s=link_gb_s * 1e9 / dies,
        ports=max(1, domain - 1) if chip.id.startswith(notes.meshed) else 1,
        switch_bytes_per_s=None if adds is None else adds * link_gb_s * 1e9 / dies,
        domain=domain * dies,
        nic_bytes_per_s=nic_bytes_s / dies,
        reachable_bytes=_reachable_bytes(chip, system) / dies,
        host=host_of(system, dies),
        power_w=None if chip.tdp_w is None else chip.tdp_w / dies,
        assumed=tuple(assumed),
    )


def with_network(hardware: Hardware, *, nic_gbit_s: float | None, domain: int | None) -> Hardware:
    """Return the hardware with the scale-out rate and domain that a measurement states."""
    changed = hardware
    if nic_gbit_s is not None:
        rate = nic_gbit_s * 1e9 / 8.0 / hardware.devices_per_package
        changed = replace(changed, nic_bytes_per_s=rate)
    if domain is not None:
        changed = replace(changed, domain=domain)
    return changed


def _reachable_bytes(chip: Chip, system: System | None) -> float:
    own = _needed(chip, "memory_gb") * GIB
    if system is None or system.fast_memory_tb is None or system.packages is None:
        return own
    return max(own, system.fast_memory_tb * 1e12 / system.packages)


def _needed(chip: Chip, fieldname: str) -> float:
    value: float | None = getattr(chip, fieldname)
    if value is None:
        raise RefusalError(f"{chip.id} has no published {fieldname}", (f"{chip.id}.{fieldname}",))
    return value


def _peaks(chip: Chip) -> dict[Precision, float]:
    matrix = chip.fp16_matrix_only_tflops
    wide = chip.bf16_tflops if matrix is None else matrix
    if wide is None:
        raise RefusalError(f"{chip.id} has no published 16-bit rate", (f"{chip.id}.bf16_tflops",))
    peaks = {Precision.BF16: wide * 1e12}
    if chip.fp8_tflops is not None:
        eight_bit = (Precision.FP8, Precision.FP8_BLOCK, Precision.MXFP8)
        peaks |= dict.fromkeys(eight_bit, chip.fp8_tflops * 1e12)
    if chip.fp4_tflops is not None:
        peaks[Precision.NVFP4] = chip.fp4_tflops * 1e12
    return peaks
