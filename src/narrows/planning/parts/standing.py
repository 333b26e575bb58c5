"""What stands where: what a chip needs and gives, and the sites that may hold it."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.planning.arrays import BoolArray, FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Fleet:
    """What a chip of each system needs and gives once it stands.

    Attributes
    ----------
    power_kw
        ``(K,)`` draw of a chip with its share of host, network and cooling.
    floor
        ``(K,)`` floor of a chip (racks, or any one unit of ``Sites.floor``).
    availability
        ``(K,)`` in (0, 1]: share of the time that a chip is up; failures enter here and nowhere
        else.
    operating
        ``(K, T)`` money per chip-quarter without energy.
    installed
        ``(K, S)`` chips that stand when the horizon starts.
    """

    power_kw: FloatArray
    floor: FloatArray
    availability: FloatArray
    operating: FloatArray
    installed: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Sites:
    """Where chips may stand.

    Attributes
    ----------
    power_kw
        ``(S, T)`` power available to chips and their facility overhead.
    floor
        ``(S, T)`` floor in the unit of ``Fleet.floor``.
    energy_price
        ``(S, T)`` money per kW drawn through the quarter.
    takes
        ``(K, S)``: whether a system may stand at a site at all.
    """

    power_kw: FloatArray
    floor: FloatArray
    energy_price: FloatArray
    takes: BoolArray
