"""From the catalogue and the study to what can be bought: price, lot, power, floor, lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from narrows.core import Figure, Message, RefusalError, convert, message
from narrows.study.facts import Band, Facts, Product
from narrows.study.schema import Option

LEAD_SUM_TOLERANCE = 1e-6
"""Thirds written with six decimals add up to one; what is left of one is shared by all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One option with every figure that the planner needs, in CNY, kW, racks and chips.

    Quantities are per chip, that is per package.
    """

    option: Option
    product: Product
    price_usd: Band
    price_cny: Figure
    power_kw: Band
    racks: Figure
    lot_chips: Figure
    supply: Band
    deposit: Figure
    refund: Figure
    availability: Band
    duty_passed_on: Figure | None

    @property
    def id(self) -> str:
        """The option's id."""
        return self.option.id


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An option that cannot be priced or placed, and the missing facts."""

    option: Option
    message: Message
    missing: tuple[str, ...]


def make_offers(facts: Facts) -> tuple[tuple[Offer, ...], tuple[LeftOut, ...]]:
    """Return what can be planned with, and what cannot for want of a fact."""
    offers: list[Offer] = []
    left_out: list[LeftOut] = []
    for option in facts.study.options:
        try:
            offers.append(make_offer(facts, option))
        except RefusalError as refusal:
            left_out.append(_left_out(option, refusal))
    return tuple(offers), tuple(left_out)


def make_offer(facts: Facts, option: Option) -> Offer:
    """Return the offer of one option.

    Raises
    ------
    RefusalError
        A figure that the plan cannot do without is neither public nor assumed.
    """
    product = facts.product(option.system)
    at = f"options/{option.id}"
    price = _price(facts, option, product)
    availability = _required(facts, option, "availability", product)
    return Offer(
        option=option,
        product=product,
        price_usd=price,
        price_cny=_in_yuan(facts, price.central, f"{at}/price in yuan"),
        power_kw=_power(facts, option, product),
        racks=_racks(facts, option, product),
        lot_chips=_lot(facts, option, product),
        supply=_required(facts, option, "supply_per_quarter", product),
        deposit=_required(facts, option, "deposit", product).central,
        refund=_required(facts, option, "refund_if_blocked", product).central,
        availability=availability,
        duty_passed_on=_duty_share(facts, option),
    )


def lead_shares(option: Option) -> dict[int, float]:
    """Return the share of an order by quarters of lead time; they sum to one.

    Raises
    ------
    RefusalError
        No lead time is given, or the shares do not sum to one.
    """
    total = sum(option.lead_quarters.values())
    if abs(total - 1.0) > LEAD_SUM_TOLERANCE:
        reason = f"lead times of {option.id} sum to {total:.9g}, not 1"
        raise RefusalError(reason, (f"options.{option.id}.lead_quarters",))
    return {quarters: share / total for quarters, share in option.lead_quarters.items()}


def _left_out(option: Option, refusal: RefusalError) -> LeftOut:
    """Say which fact is missing, a field of the option by its own word."""
    first = refusal.missing[0] if refusal.missing else refusal.reason
    own = first.removeprefix(f"options.{option.id}.")
    missing = first if own == first else f"field {own}"
    said = message("study.left_out.missing_fact", option=option.id, missing=missing)
    return LeftOut(option=option, message=said, missing=refusal.missing)


def _price(facts: Facts, option: Option, product: Product) -> Band:
    if option.price is None:
        missing = f"options.{option.id}.price"
        raise RefusalError(f"no public price for {option.system}, and none assumed", (missing,))
    return facts.band(option.price, f"options/{option.id}/price", product)


def _in_yuan(facts: Facts, usd: Figure, name: str) -> Figure:
    rate = facts.rate()
    return product_of((usd, rate), "CNY/chip", "price in dollars x rate", name)


def _power(facts: Facts, option: Option, product: Product) -> Band:
    if option.power_per_chip is not None:
        return facts.band(option.power_per_chip, f"options/{option.id}/power", product)
    system = product.system
    if system is None or system.power_kw is None or not system.packages:
        missing = f"{option.system}.power_kw"
        raise RefusalError(f"no public power figure for {option.system}", (missing,))
    whole, packages = facts.field(product, "power_kw"), facts.field(product, "packages")
    figure = Figure(
        system.power_kw / system.packages,
        "kW/chip",
        "power of the system / packages",
        (whole, packages),
        name=f"options/{option.id}/power a chip",
    )
    return Band(figure, figure, figure)


def _racks(facts: Facts, option: Option, product: Product) -> Figure:
    name = f"options/{option.id}/racks a chip"
    if option.chips_per_rack is not None:
        given = facts.band(option.chips_per_rack, f"options/{option.id}/chips a rack", product)
        return Figure(
            1.0 / given.value, "rack/chip", "1 / chips a rack", (given.central,), name=name
        )
    system = product.system
    if system is not None and system.cabinets and system.packages:
        parts = (facts.field(product, "cabinets"), facts.field(product, "packages"))
        return Figure(
            system.cabinets / system.packages, "rack/chip", "cabinets / packages", parts, name=name
        )
    # No cabinet count is public for server nodes: their power fills the rack.
    power = _power(facts, option, product)
    rack = facts.band(facts.study.rack_power, "rack power")
    return Figure(
        power.value / rack.value,
        "rack/chip",
        "power a chip / power a rack",
        (power.central, rack.central),
        name=name,
    )


def _lot(facts: Facts, option: Option, product: Product) -> Figure:
    name = f"options/{option.id}/lot"
    if option.lot_chips is not None:
        return Figure(
            option.lot_chips,
            "chip",
            "stated in the study",
            sources=(facts.study_source,),
            name=name,
        )
    packages = facts.field(product, "packages")
    return Figure(packages.value, "chip", "one system", (packages,), name=name)


def _required(facts: Facts, option: Option, fieldname: str, product: Product) -> Band:
    given = getattr(option, fieldname)
    if given is None:
        missing = f"options.{option.id}.{fieldname}"
        raise RefusalError(f"the study gives no {fieldname} for {option.id}", (missing,))
    return facts.band(given, f"options/{option.id}/{fieldname}", product)


def _duty_share(facts: Facts, option: Option) -> Figure | None:
    if option.duty_passed_on is None:
        return None
    return facts.band(option.duty_passed_on, f"options/{option.id}/duty passed on").central


def product_of(factors: Iterable[Figure], unit: str, formula: str, name: str) -> Figure:
    """Return the product of figures.

    Raises
    ------
    RefusalError
        A factor is unknown.
    """
    inputs = tuple(factors)
    value = 1.0
    for factor in inputs:
        if factor.value is None:
            raise RefusalError(f"{name} needs a factor that is unknown", (str(factor.name),))
        value *= factor.value
    return Figure(value, unit, formula, inputs, name=name)


def megawatts_to_kw(power_mw: float) -> float:
    """Return a site's power in the unit of the planner."""
    return convert(power_mw, unit="MW", to="kW")
