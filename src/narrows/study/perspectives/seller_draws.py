"""What a seller's result is drawn from: flows, the gates' paths, and each regime held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrows.core import Figure, RefusalError
from narrows.futures import Arrivals, GateChains, RegimeChain, arrivals, fit_chains, regime_chain
from narrows.study.bridge.outlook import SEED
from narrows.study.facts import Band, FactBook
from narrows.study.perspectives.draws import PATHS, FloatArray, draw
from narrows.study.perspectives.law import CAP_RATIO, DUTY_RATE, law_figure
from narrows.study.perspectives.question import Question
from narrows.study.perspectives.schema import SellerStudy
from narrows.study.perspectives.seller_model import Flows, Shipments, ship


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """Everything drawn for a seller, with the figures that went in.

    ``by_regime`` holds the shipments with every followed gate held in a regime's states.
    """

    facts: FactBook
    study: SellerStudy
    bands: Mapping[str, Band]
    ratio: Figure
    duty: Figure
    wants: Mapping[str, Band]
    wanted: Figure
    customer_cap: Band | None
    passed: Arrivals
    expected: Shipments
    chain: RegimeChain
    by_regime: Mapping[str, Shipments]
    price: FloatArray

    @property
    def inputs(self) -> tuple[Figure, ...]:
        """The figures that every shipment depends on."""
        return (self.ratio, self.wanted, *(band.central for band in self.bands.values()))


_BANDS = (
    "stock", "production_per_quarter", "us_sales_per_quarter", "us_decline_per_quarter",
    "other_sales_per_quarter", "price", "unit_cost", "duty_borne",
)  # fmt: skip


def sell(facts: FactBook, study: SellerStudy, question: Question) -> Sold:
    """Draw all that a seller's result is laid out from."""
    days = {"on": study.in_force_on, "known_on": study.as_known_on}
    bands = {name: facts.band(getattr(study, name), name) for name in _BANDS}
    ratio = law_figure(question.pack, CAP_RATIO, **days)
    wants = {one.id: facts.band(one.wants, f"customers/{one.id}/wants") for one in study.customers}
    wanted = Figure(
        sum(band.value for band in wants.values()), "chip", "sum of what the customers want",
        tuple(band.central for band in wants.values()), name="wanted",
    )  # fmt: skip
    flows = draw_flows(bands, ratio)
    chains = fit_chains(facts.catalog, known_on=study.as_known_on)
    passed = _through_gates(facts, study, chains, wanted)
    chain = regime_chain(chains, study.line, horizon_quarters=study.quarters, seed=SEED)
    return Sold(
        facts=facts, study=study, bands=bands, ratio=ratio,
        duty=law_figure(question.pack, DUTY_RATE, **days),
        wants=wants, wanted=wanted,
        customer_cap=None
        if study.customer_cap is None
        else facts.band(study.customer_cap, "customer cap"),
        passed=passed,
        expected=ship(flows, passed.paths),
        chain=chain,
        by_regime=_by_regime(facts, study, chains, chain, wanted, flows),
        price=draw(bands["price"], seed=(SEED, 7)),
    )  # fmt: skip


def draw_flows(bands: Mapping[str, Band], ratio: Figure) -> Flows:
    """Return a draw of every flow on each path.

    Raises
    ------
    RefusalError
        The cap's ratio is unknown.
    """
    if ratio.value is None:
        raise RefusalError("the ratio of the cap is unknown", (CAP_RATIO,))
    return Flows(
        ratio=float(ratio.value),
        stock=draw(bands["stock"], seed=(SEED, 1)),
        production=draw(bands["production_per_quarter"], seed=(SEED, 2)),
        us_sales=draw(bands["us_sales_per_quarter"], seed=(SEED, 3)),
        us_decline=draw(bands["us_decline_per_quarter"], seed=(SEED, 4)),
        other_sales=draw(bands["other_sales_per_quarter"], seed=(SEED, 5)),
    )


def whole(wanted: Figure) -> int:
    """Return how many chips the customers want.

    Raises
    ------
    RefusalError
        It is unknown.
    """
    if wanted.value is None:
        raise RefusalError("what the customers want is unknown", ("customers",))
    return round(wanted.value)


def _through_gates(
    facts: FactBook, study: SellerStudy, chains: GateChains, wanted: Figure
) -> Arrivals:
    return arrivals(
        facts.catalog,
        study.line,
        known_on=study.as_known_on,
        chips_ordered=whole(wanted),
        quarters=study.quarters,
        paths=PATHS,
        seed=SEED,
        chains=chains,
    )


def _by_regime(
    facts: FactBook,
    study: SellerStudy,
    chains: GateChains,
    chain: RegimeChain,
    wanted: Figure,
    flows: Flows,
) -> dict[str, Shipments]:
    """Return the shipments were the gates to stay as each regime has them."""
    found: dict[str, Shipments] = {}
    for name in chain.names:
        held = arrivals(
            facts.catalog,
            study.line,
            known_on=study.as_known_on,
            chips_ordered=whole(wanted),
            quarters=study.quarters,
            held=chain.typical(name),
            paths=PATHS,
            seed=SEED,
            chains=chains,
        )
        found[name] = ship(flows, held.paths)
    return found
