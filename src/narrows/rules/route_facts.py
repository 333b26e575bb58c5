"""From a leg, its parties and the use to the facts that cards ask for. A blank stays unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from narrows.core import Truth
from narrows.rules.quantity import Between, Facts, FactValue
from narrows.rules.route_approvals import Approval, reported_state
from narrows.rules.route_chip import FINISHED, UNITED_STATES, WIDTH_BITS, chip_facts
from narrows.rules.route_records import (
    BuyerType,
    EndUse,
    EndUsePurpose,
    Leg,
    PartyFacts,
    Possession,
    Purpose,
    StateMoney,
)


def leg_facts(leg: Leg, parties: Mapping[str, PartyFacts]) -> dict[str, FactValue]:
    """Return the facts that follow from one leg and the two parties on it.

    A route is a dealing in the item for use. Its forms are processors, boards and machines: memory
    is inside them, and no weights travel.
    """
    sides = (parties[leg.exporter], parties[leg.consignee])
    return {
        "leg_from": leg.origin,
        "destination": leg.destination,
        "leg_via": frozenset(leg.via),
        "movement": leg.movement.value,
        "leg_purpose": leg.purpose.value,
        "item_form": leg.form.value,
        "lands_in_us": leg.destination == UNITED_STATES and leg.origin != UNITED_STATES,
        "gp10_dealing": True,
        "copackaged_with_processor": True,
        "weights_unpublished": False,
        "technical_analysis_only": False,
        **NO_TOOL_OR_MATERIAL,
        "exporter_is_fab_or_osat": _foundry(leg, sides[0]),
        **({} if leg.purpose is Purpose.FAB else NOT_FOR_A_FAB),
        "both_named_on_licence": _conjunction(party.named_on_licence for party in sides),
    }


def party_facts(
    leg: Leg, parties: Mapping[str, PartyFacts], *, end_use: EndUse
) -> dict[str, FactValue]:
    """Return the facts of the parties of a leg: one headquarters within reach is enough.

    The buyer belongs to a leg once the item is on its way to a server or a site; on the way to a
    fab, a packaging house or a laboratory it belongs to nobody's use yet. Who rents machines of
    somebody else receives nothing and is no party to the leg. Lists are asked of every
    party of the route: a listed end user matters on each leg.
    """
    receives = end_use.possession is Possession.BUY and leg.purpose in FOR_USE
    names = [leg.exporter, leg.consignee, *([end_use.buyer] if receives else [])]
    on_leg = [parties[name] for name in names]
    everyone = tuple(parties.values())
    homes = {home for party in on_leg for home in (party.headquarters, party.ultimate_parent)}
    lists = {name for party in everyone for name in (party.listed_on or ())}
    screened = all(party.listed_on is not None for party in everyone)
    return {
        "party_headquarters": frozenset(homes),
        "listed_on": frozenset(lists) if screened else frozenset({*lists, None}),
        "owned_by_listed_share": _largest(party.owned_by_listed_share for party in everyone),
        "tw_party_listed": _disjunction(party.tw_listed for party in everyone),
        "cn_party_listed": _disjunction(party.cn_listed for party in everyone),
    }


FOR_USE = frozenset({Purpose.INTEGRATE, Purpose.DEPLOY})
"""Purposes after which the item is on its way to its user."""


def use_facts(end_use: EndUse, parties: Mapping[str, PartyFacts]) -> dict[str, FactValue]:
    """Return the facts of the buyer and of the use."""
    buyer = parties[end_use.buyer]
    return {
        "site": end_use.site,
        "province": end_use.province,
        "possession": end_use.possession.value,
        "uses_by_remote_access": end_use.possession is Possession.RENT,
        "buyer_type": _known(buyer.buyer_type, BuyerType.UNKNOWN),
        "end_use": _known(end_use.purpose, EndUsePurpose.UNKNOWN),
        "state_money": _known(end_use.state_money, StateMoney.UNKNOWN),
        "build_progress": end_use.build_progress,
        "end_user_headquarters": buyer.headquarters,
        "military_end_use": _flag(end_use.military),
        "military_intelligence_end_use": _flag(end_use.military_intelligence),
        "model_for_military_or_weapons": _flag(end_use.model_for_military_or_weapons),
        "tenant_headquarters": _tenant_homes(end_use, buyer),
        "weapons_end_use": _flag(end_use.weapons_of_mass_destruction),
        "supercomputer_end_use": _flag(end_use.supercomputer),
        "substitute_evidence": _flag(end_use.substitute_evidence),
        "domestic_only_site": _flag(end_use.domestic_only_site),
    }


def approval_facts(
    approvals: Iterable[Approval], buyer: PartyFacts, *, chip: str, on: date, known_on: date
) -> dict[str, FactValue]:
    """Return the reported Chinese approval of the buyer for the chip, of those visible."""
    state = reported_state(approvals, buyer.group, chip=chip, on=on, known_on=known_on)
    return {"cn_approval_state": state}


def _known(word: BuyerType | EndUsePurpose | StateMoney, unknown: object) -> str | None:
    return None if word is unknown else word.value


def _flag(truth: Truth) -> bool | None:
    return None if truth is Truth.UNKNOWN else truth is Truth.TRUE


NO_TOOL_OR_MATERIAL: Facts = MappingProxyType(
    {
        "cn_content_item_listed": False,
        "tw_added_item": False,
        "tool_class_listed": False,
        "nl_tool": "none",
    }
)
"""What a processor, board or machine is not: a material, a chip tool, a quantum computer."""

NOT_FOR_A_FAB: Facts = MappingProxyType({"kr_owned_fab_in_china": False, "fab_abroad": False})
"""A leg that feeds no fab feeds no Korean one and no Taiwanese one abroad."""


def _foundry(leg: Leg, exporter: PartyFacts) -> bool | None:
    """Return whether a foundry ships its circuits on this leg; nobody ships boards as a foundry."""
    return False if leg.form in FINISHED else _flag(exporter.makes_circuits)


def _tenant_homes(end_use: EndUse, buyer: PartyFacts) -> frozenset[str | None]:
    if end_use.possession is Possession.BUY:
        return frozenset()
    return frozenset({buyer.headquarters, buyer.ultimate_parent})


def _largest(shares: Iterable[float | Between | None]) -> float | Between | None:
    """Return the largest share, between bounds where one is; unknown where one is unknown."""
    low, high, bounded = 0.0, 0.0, False
    for share in shares:
        if share is None:
            return None
        ends = share if isinstance(share, Between) else Between(share, share)
        low, high = max(low, ends.low), max(high, ends.high)
        bounded = bounded or isinstance(share, Between)
    return Between(low, high) if bounded else high


def _conjunction(truths: Iterable[Truth]) -> bool | None:
    found = Truth.TRUE
    for truth in truths:
        found &= truth
    return _flag(found)


def _disjunction(truths: Iterable[Truth]) -> bool | None:
    found = Truth.FALSE
    for truth in truths:
        found |= truth
    return _flag(found)


__all__ = [
    "WIDTH_BITS",
    "approval_facts",
    "chip_facts",
    "leg_facts",
    "party_facts",
    "use_facts",
]
