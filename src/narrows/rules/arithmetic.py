"""The arithmetic that the rules name: one formula a function, lifted to intervals and arrays.

A formula is written once, on plain numbers. Every one here is monotone in each argument, so its
range over intervals is reached at their ends, and the same line serves NumPy arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from narrows.rules.quantity import Between, FactValue

End = TypeVar("End")
Plain = Callable[..., "float | bool"]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of numbers and, for each argument, whether the result rises or falls with it.

    ``branches`` says that the function asks about its arguments, so that it cannot take arrays.
    """

    name: str
    plain: Plain
    rises: tuple[bool, ...]
    branches: bool

    def __call__(self, *arguments: FactValue) -> FactValue:
        """Return the value, its interval where an argument is one, or ``None`` for unknown."""
        if any(argument is None for argument in arguments):
            return None
        if not any(isinstance(argument, Between) for argument in arguments):
            return self.plain(*arguments)
        low, high = (
            self.plain(*ends) for ends in self.ends([_ends(argument) for argument in arguments])
        )
        if isinstance(low, bool):
            # A flag has no interval: where its ends differ it is not known.
            return low if low == high else None
        return Between(low, high)

    def ends(self, arguments: Sequence[tuple[End, End]]) -> tuple[list[End], list[End]]:
        """Return the arguments at which the result is least and greatest."""
        pairs = list(zip(arguments, self.rises, strict=True))
        low = [pair[0] if rises else pair[1] for pair, rises in pairs]
        high = [pair[1] if rises else pair[0] for pair, rises in pairs]
        return low, high


def _ends(argument: FactValue) -> tuple[FactValue, FactValue]:
    if isinstance(argument, Between):
        return argument.low, argument.high
    return argument, argument


FORMULAS: dict[str, Formula] = {}
"""Every formula that a fact may be derived by."""


def formula(*directions: str, branches: bool = False) -> Callable[[Plain], Plain]:
    """Register a function; a direction is ``rises`` or ``falls``, one for each argument."""

    def register(plain: Plain) -> Plain:
        name = plain.__name__
        rises = tuple(direction == "rises" for direction in directions)
        FORMULAS[name] = Formula(name, plain, rises, branches)
        return plain

    return register


@formula("rises", "rises")
def total_processing_performance(dense_tops: float, bits: float) -> float:
    """Return TPP of one data type: a dense datasheet rate (TOP/s) times the input width (bits).

    3A090 technical note 1 says ``2 x MacTOPS x bits``; a datasheet rate holds the 2 already.
    """
    return dense_tops * bits


@formula("rises", "falls")
def performance_density(tpp: float, applicable_die_mm2: float) -> float:
    """Return TPP per mm2 of non-planar logic (3A090 technical note 3)."""
    return tpp / applicable_die_mm2


@formula("rises")
def has_applicable_die(applicable_die_mm2: float) -> bool:
    """Return true: an applicable area is by definition that of non-planar dies."""
    return applicable_die_mm2 > 0


@formula("rises", "rises")
def board_performance(tpp: float, packages_on_board: float) -> float:
    """Return the TPP of a board that carries several packages, should they count together."""
    return tpp * packages_on_board


@formula("rises", "falls")
def memory_bandwidth_density(memory_bandwidth_gb_s: float, package_mm2: float) -> float:
    """Return GB/s per mm2 of the packaged device, or of a bare stack (3A090.c technical note)."""
    return memory_bandwidth_gb_s / package_mm2


@formula("rises", "rises", "rises")
def dram_bandwidth(interfaces: float, gbit_s_per_pin: float, pins: float) -> float:
    """Return the theoretical peak of all DRAM interfaces of a circuit in GB/s; SRAM is no DRAM."""
    return interfaces * gbit_s_per_pin * pins / BITS_PER_BYTE


BITS_PER_BYTE = 8


@formula("rises")
def host_link(pcie_generation: float) -> float:
    """Return a sixteen-lane PCIe link in GB/s, both directions, as datasheets round it.

    The third generation carries 1 GB/s a lane and direction, and each later one doubles it.
    """
    doublings = pcie_generation - PCIE_GENERATION_MIN
    per_direction: float = LANES_MAX * 2.0**doublings
    return BOTH_DIRECTIONS * per_direction


LANES_MAX = 16
BOTH_DIRECTIONS = 2
PCIE_GENERATION_MIN = 3
"""The generation from which the doubling is counted; no accelerator here has an older one."""


@formula("rises", "rises")
def bidirectional_io(scaleup_gb_s: float, host_gb_s: float) -> float:
    """Return the sum of all off-chip links, both directions, except to volatile memory."""
    return scaleup_gb_s + host_gb_s


@formula("rises", "rises")
def sum_of_bandwidths(dram_bandwidth_gb_s: float, io_bidirectional_gb_s: float) -> float:
    """Return memory plus input-output bandwidth, as the notices of April 2025 add them."""
    return dram_bandwidth_gb_s + io_bidirectional_gb_s


@formula("rises", "falls")
def us_end_use_base(us_units_shipped: float, us_units_for_use_abroad: float) -> float:
    """Return the units that count as a base for the cap: those that stay for use in the US."""
    return us_units_shipped - us_units_for_use_abroad


@formula("rises", "falls", branches=True)
def cap_ratio(units_to_china: float, us_end_use_units: float) -> float:
    """Return units to China and Macau over the US base; infinite on an empty base."""
    if us_end_use_units <= 0:
        return INFINITE if units_to_china > 0 else 0.0
    return units_to_china / us_end_use_units


INFINITE = float("inf")


def best_rate(rates: Mapping[str, tuple[float, float]]) -> tuple[str, float]:
    """Return the data type with the highest TPP, and that TPP.

    ``rates`` maps a data type to its dense rate (TOP/s) and input width (bits). The units that run
    together are not added: practice takes the best single rate.
    """
    totals = {name: total_processing_performance(*rate) for name, rate in rates.items()}
    name = max(sorted(totals), key=lambda candidate: totals[candidate])
    return name, totals[name]


__all__ = ["FORMULAS", "Formula", "best_rate", "formula"]
