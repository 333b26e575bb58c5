"""The closed set of units. A quantity's name carries its unit as a suffix."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

UNITS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        # unit: (dimension, factor to the dimension's base unit)
        "1": ("ratio", 1.0),
        "%": ("ratio", 0.01),
        "bps": ("ratio", 1e-4),
        "s": ("time", 1.0),
        "ms": ("time", 1e-3),
        "us": ("time", 1e-6),
        "min": ("time", 60.0),
        "h": ("time", 3600.0),
        "day": ("time", 86400.0),
        "week": ("time", 604800.0),
        "TFLOP/s": ("compute", 1e12),
        "PFLOP/s": ("compute", 1e15),
        "EFLOP/s": ("compute", 1e18),
        "TOP/s": ("compute", 1e12),
        "TPP": ("processing_performance", 1.0),
        "TPP/mm2": ("performance_density", 1.0),
        "B": ("information", 1.0),
        "GB": ("information", 1e9),
        "TB": ("information", 1e12),
        "GiB": ("information", 2.0**30),
        "GB/s": ("bandwidth", 1e9),
        "TB/s": ("bandwidth", 1e12),
        "Gbit/s": ("bandwidth", 1.25e8),
        "W": ("power", 1.0),
        "kW": ("power", 1e3),
        "MW": ("power", 1e6),
        "kWh": ("energy", 3.6e6),
        "J": ("energy", 1.0),
        "quarter": ("quarters", 1.0),
        "month": ("quarters", 1.0 / 3.0),
        "rack": ("racks", 1.0),
        "mm2": ("area", 1.0),
        "chip": ("chips", 1.0),
        "system": ("systems", 1.0),
        "lot": ("lots", 1.0),
        "die": ("dies", 1.0),
        "token": ("tokens", 1.0),
        "token/s": ("token_rate", 1.0),
        "USD": ("usd", 1.0),
        "CNY": ("cny", 1.0),
        "HKD": ("hkd", 1.0),
        "USD/chip": ("usd_per_chip", 1.0),
        "CNY/chip": ("cny_per_chip", 1.0),
        "USD/system": ("usd_per_system", 1.0),
        "CNY/system": ("cny_per_system", 1.0),
        "USD/chip-h": ("usd_per_chip_hour", 1.0),
        "CNY/kWh": ("cny_per_kwh", 1.0),
        "USD/kWh": ("usd_per_kwh", 1.0),
        "kW/chip": ("power_per_chip", 1e3),
        "chip/rack": ("chips_per_rack", 1.0),
    }
)


def convert(value: float, *, unit: str, to: str) -> float:
    """Return ``value`` in another unit of the same dimension.

    >>> convert(2.0, unit="TB/s", to="GB/s")
    2000.0

    Raises
    ------
    ValueError
        A unit is not in the closed set, or the dimensions differ.
    """
    dimension, factor = _unit(unit)
    other_dimension, other_factor = _unit(to)
    if dimension != other_dimension:
        msg = f"cannot turn {unit} ({dimension}) into {to} ({other_dimension})"
        raise ValueError(msg)
    return value * (factor / other_factor)


def _unit(name: str) -> tuple[str, float]:
    if name not in UNITS:
        msg = f"unknown unit {name!r}; units are {', '.join(sorted(UNITS))}"
        raise ValueError(msg)
    return UNITS[name]
