"""What tokens cost in money and energy, from a rate and plain prices and powers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from narrows.catalog import Chip, System
from narrows.core import Estimate, InputError, RefusalError

SECONDS_PER_HOUR = 3600.0
MILLION = 1e6
KILO = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What tokens cost: ``cost`` without a price and ``energy`` without a public power are unknown.

    ``power_from`` names the field that the power comes from, or why there is none.
    """

    cost: Estimate | None
    energy: Estimate | None
    power_from: str
    pue: float


def money_of(
    rate_per_chip: Estimate,
    chip: Chip,
    system: System | None,
    *,
    usd_per_chip_hour: float | None,
    pue: float,
) -> Money:
    """Return cost and energy of generated tokens at a rate.

    Raises
    ------
    InputError
        The price is not positive, or the PUE is below one.
    """
    cost = None
    if usd_per_chip_hour is not None:
        cost = cost_per_million_tokens(rate_per_chip, usd_per_chip_hour, "USD")
    try:
        power_w, source = package_power_w(chip, system)
    except RefusalError as error:
        return Money(cost=cost, energy=None, power_from=error.reason, pue=pue)
    energy = tokens_per_joule(rate_per_chip, power_w, pue)
    return Money(cost=cost, energy=energy, power_from=source, pue=pue)


def cost_per_million_tokens(rate_per_chip: Estimate, chip_hour_price: float, unit: str) -> Estimate:
    """Return the price of a million generated tokens, in ``unit``.

    ``chip_hour_price`` is the whole cost of one package for an hour, in the same money. A faster
    chip is cheaper, so the interval turns round.

    Raises
    ------
    InputError
        The price is not positive.
    """
    if not 0 < chip_hour_price < math.inf:
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
    if not 0 < power_w < math.inf:
        raise InputError(
            "power must be positive",
            "give watts of one package",
            fieldname="power_w",
            value=power_w,
        )
    check_pue(pue)
    return rate_per_chip.scaled(1 / (power_w * pue), "token/J")


def check_pue(pue: float) -> None:
    """Check what cooling and conversion multiply the power by.

    Raises
    ------
    InputError
        It is below one, or no number.
    """
    if not 1 <= pue < math.inf:
        raise InputError(
            "PUE must be at least 1", "give a PUE such as 1.25", fieldname="pue", value=pue
        )


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
