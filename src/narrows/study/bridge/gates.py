"""From the rules to the gates of each option and rental, judged leg by leg on the study's day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from narrows.core import GateReading, Truth
from narrows.rules import (
    EndUse,
    ItemForm,
    Leg,
    Movement,
    Pack,
    PartyFacts,
    Possession,
    Purpose,
    RouteVerdict,
    route,
)
from narrows.study.bridge.permission import barrier
from narrows.study.facts import Facts
from narrows.study.schema import Option, Origin, Rental


@dataclass(frozen=True, slots=True)
class Judged:
    """One option or rental and what the rules of both sides say of its route."""

    id: str
    verdict: RouteVerdict
    origin: Origin

    @property
    def row(self) -> tuple[GateReading, ...]:
        """The seven gates."""
        return self.verdict.row

    @property
    def barrier(self) -> GateReading | None:
        """The first gate of law that leaves no way through on the day."""
        return barrier(self.row, self.origin)

    @property
    def lawful(self) -> bool:
        """Whether the rules leave a way through that a plan may count on."""
        return self.barrier is None


def judge_option(facts: Facts, pack: Pack, option: Option) -> Judged:
    """Return the gates of one option's route.

    Raises
    ------
    InputError
        The study states evidence that no card knows.
    """
    verdict = _route(facts, pack, option.system, option.route, option.evidence)
    return Judged(option.id, verdict, option.origin)


def judge_rental(facts: Facts, pack: Pack, rental: Rental) -> Judged:
    """Return the gates of compute rented where it stands: nothing moves, the user reaches in."""
    leg = Leg(
        id="access",
        movement=Movement.TRANSFER,
        origin=rental.country,
        destination=rental.country,
        exporter=rental.lessor,
        consignee=rental.lessor,
        form=ItemForm.SERVER,
        purpose=Purpose.DEPLOY,
    )
    end_use = replace(facts.study.end_use, site=rental.country, possession=Possession.RENT)
    verdict = _route(facts, pack, rental.system, (leg,), rental.evidence, end_use)
    # The machines stand under the same law as imported ones, wherever they stand.
    return Judged(rental.id, verdict, Origin.IMPORT)


def _route(
    facts: Facts,
    pack: Pack,
    system: str,
    legs: Sequence[Leg],
    evidence: Mapping[str, Truth],
    end_use: EndUse | None = None,
) -> RouteVerdict:
    study = facts.study
    product = facts.product(system)
    return route(
        pack,
        chip=product.chip,
        system=product.system,
        legs=tuple(legs),
        parties=_parties(study.parties, legs, study.end_use.buyer),
        end_use=end_use or study.end_use,
        facts={name: _flag(truth) for name, truth in evidence.items()},
        on=study.in_force_on,
        known_on=study.as_known_on,
        posture=study.posture,
    )


def _parties(
    given: Sequence[PartyFacts], legs: Sequence[Leg], buyer: str
) -> Mapping[str, PartyFacts]:
    """Return the parties of this route only: one in reach of a rule would taint every route."""
    on_route = {name for leg in legs for name in (leg.exporter, leg.consignee)} | {buyer}
    return {party.id: party for party in given if party.id in on_route}


def _flag(truth: Truth) -> bool | None:
    return None if truth is Truth.UNKNOWN else truth is Truth.TRUE
