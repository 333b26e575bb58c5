"""What tokens cost in money and energy, from a rate and plain prices and powers."""

from __future__ import annotations

from narrows.catalog import Chip, System
from narrows.core import Estimate, InputError, RefusalError

SECONDS_PER_HOUR = 3600.0
MILLION = 1e6
KILO = 1e3


def cost_per_million_tokens(rate_per_chip: Estimate, chip_hour_price: float, unit: str) -> Estimate:
    """Return the price of a million generated tokens, in ``unit``.

    ``chip_hour_price`` is the whole cost of one package for an hour, in the same money. A faster
    chip is cheaper, so the interval turns round.

    Raises
    ------
    InputError
        The price is not positive.
    """
    if chip_hour_price <= 0:
        raise InputError(
            "a price must be positive",
            "give the cost of one package for an hour",
            fieldname="chip_hour_price",
            value=chip_hour_price,
        )
    return _inverse(rate_per_chip, chip_hour_price / SECONDS_PER_HOUR * MILLION, unit)


def tokens_per_joule(rate_per_chip: Estimate, power_w: float, pue: float) -> Estimate:
    """Return generated tokens for each joule drawn from the grid.

    ``power_w`` is the draw of one package with its share of host and network; ``pue`` multiplies
    it by what cooling and conversion add.

    Raises
    ------
    InputError
        The power is not positive, or the PUE is below one.
    """
    if power_w <= 0 or pue < 1:
        raise InputError(
            "power must be positive and PUE at least 1",
            "give watts of one package, and a PUE such as 1.25",
            fieldname="power_w, pue",
            value=(power_w, pue),
        )
    return rate_per_chip.scaled(1 / (power_w * pue), "token/J")


def package_power_w(chip: Chip, system: System | None) -> tuple[float, str]:
    """Return the power to provide for one package, and the field that it comes from.

    The system's own figure includes host and network; without one the package's design power
    stands alone, which is a lower bound.

    Raises
    ------
    RefusalError
        Neither is public.
    """
    if system is not None and system.power_kw is not None and system.packages is not None:
        return system.power_kw * KILO / system.packages, f"{system.id}.power_kw"
    if chip.tdp_w is not None:
        return chip.tdp_w, f"{chip.id}.tdp_w"
    raise RefusalError(f"no public power of {chip.id}", (f"{chip.id}.tdp_w",))


def _inverse(rate: Estimate, numerator: float, unit: str) -> Estimate:
    return Estimate(
        numerator / rate.p95,
        numerator / rate.p50,
        numerator / rate.p05,
        unit=unit,
        obtained=rate.obtained,
    )
