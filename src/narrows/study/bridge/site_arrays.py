"""What stands and where, as the planner's arrays. Money in CNY, power in kW."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from narrows.planning import Fleet, Sites
from narrows.study.bridge.calendar import HOURS_PER_QUARTER, QUARTERS_PER_YEAR, place
from narrows.study.bridge.known import figure_value, stated
from narrows.study.bridge.offers import Offer, megawatts_to_kw
from narrows.study.facts import Facts
from narrows.study.schema import Site

FloatArray = npt.NDArray[np.float64]


def fleet_arrays(facts: Facts, offers: Sequence[Offer]) -> Fleet:
    """Return what a chip draws, costs and fills, and what stands already."""
    study = facts.study
    upkeep = stated(facts, study.ownership.upkeep_per_year, "upkeep") / QUARTERS_PER_YEAR
    price = np.array([figure_value(offer.price_cny) for offer in offers])
    return Fleet(
        power_kw=np.array([offer.power_kw.value for offer in offers]),
        floor=np.array([figure_value(offer.racks) for offer in offers]),
        availability=np.array([offer.availability.value for offer in offers]),
        operating=np.tile((upkeep * price)[:, None], (1, study.quarters)),
        installed=_installed(facts, offers),
    )


def _installed(facts: Facts, offers: Sequence[Offer]) -> FloatArray:
    index = {offer.id: row for row, offer in enumerate(offers)}
    installed = np.zeros((len(offers), len(facts.study.sites)))
    for column, site in enumerate(facts.study.sites):
        for holding in site.holdings:
            if holding.option in index:
                name = f"sites/{site.id}/{holding.option}"
                installed[index[holding.option], column] += stated(facts, holding.chips, name)
    return installed


def site_arrays(facts: Facts, systems: int) -> Sites:
    """Return the sites' power, floor and electricity by quarter.

    Power is what is left for the machines themselves, so overhead enters here and once.
    """
    study = facts.study
    pue = np.array([stated(facts, site.pue, f"sites/{site.id}/pue") for site in study.sites])
    price = np.array(
        [stated(facts, site.electricity, f"sites/{site.id}/electricity") for site in study.sites]
    )
    floor = np.array([stated(facts, site.floor, f"sites/{site.id}/floor") for site in study.sites])
    shape = (len(study.sites), study.quarters)
    return Sites(
        power_kw=np.stack([site_power_kw(facts, site) for site in study.sites]) / pue[:, None],
        floor=np.broadcast_to(floor[:, None], shape).copy(),
        energy_price=np.broadcast_to((price * pue * HOURS_PER_QUARTER)[:, None], shape).copy(),
        takes=np.ones((systems, len(study.sites)), dtype=np.bool_),
    )


def site_power_kw(facts: Facts, site: Site) -> FloatArray:
    """Return a site's power by quarter, overhead included, shape ``(T,)``."""
    study = facts.study
    power = np.zeros(study.quarters)
    for step in site.power:
        mw = stated(facts, step.power, f"sites/{site.id}/power from {step.start}")
        power[max(place(step.start, study.start), 0) :] = megawatts_to_kw(mw)
    return power
