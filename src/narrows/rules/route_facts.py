"""From a chip, a leg and its parties to the facts that cards ask for. A blank stays unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from narrows.catalog import Chip, System
from narrows.core import Truth
from narrows.rules.arithmetic import best_rate
from narrows.rules.quantity import Facts, FactValue
from narrows.rules.route_approvals import Approval, reported_state
from narrows.rules.route_records import (
    BuyerType,
    EndUse,
    EndUsePurpose,
    Leg,
    PartyFacts,
    Possession,
    StateMoney,
)

WIDTH_BITS: Mapping[str, int] = {
    "fp64_tflops": 64,
    "fp64_tensor_tflops": 64,
    "fp32_tflops": 32,
    "tf32_tflops": 19,
    "bf16_tflops": 16,
    "fp16_matrix_only_tflops": 16,
    "fp8_tflops": 8,
    "int8_tops": 8,
    "fp6_tflops": 6,
    "fp4_tflops": 4,
}
"""Width in bits of the inputs of each data type: what the types are, not a line of law."""

CHINA = "CN"


def chip_facts(chip: Chip) -> dict[str, FactValue]:
    """Return the facts that follow from a chip's record alone."""
    rates = {
        name: (float(rate), float(bits))
        for name, bits in WIDTH_BITS.items()
        if (rate := getattr(chip, name)) is not None
    }
    best = rates[best_rate(rates)[0]] if rates else (None, None)
    return {
        "chip_id": chip.id,
        "vendor": chip.vendor,
        "dense_tops": best[0],
        "bits": best[1],
        "applicable_die_mm2": chip.logic_area_mm2,
        "dram_bandwidth_gb_s": chip.memory_bandwidth_gb_s,
        "scaleup_bidirectional_gb_s": chip.scaleup_gb_s_bidirectional,
        "datacentre_marketed": chip.datacentre_marketed,
        "prc_designed": None if chip.vendor_country is None else chip.vendor_country == CHINA,
    }


def leg_facts(leg: Leg, parties: Mapping[str, PartyFacts]) -> dict[str, FactValue]:
    """Return the facts that follow from one leg and the two parties on it."""
    sides = (parties[leg.exporter], parties[leg.consignee])
    return {
        "leg_from": leg.origin,
        "destination": leg.destination,
        "leg_via": frozenset(leg.via),
        "movement": leg.movement.value,
        "leg_purpose": leg.purpose.value,
        "item_form": leg.form.value,
        "both_named_on_licence": _conjunction(party.named_on_licence for party in sides),
    }


def party_facts(parties: Iterable[PartyFacts]) -> dict[str, FactValue]:
    """Return the facts of all the parties together: one headquarters in reach is enough."""
    listed = tuple(parties)
    homes = {home for party in listed for home in (party.headquarters, party.ultimate_parent)}
    lists = {name for party in listed for name in (party.listed_on or ())}
    screened = all(party.listed_on is not None for party in listed)
    return {
        "party_headquarters": frozenset(homes),
        "listed_on": frozenset(lists) if screened else frozenset({*lists, None}),
        "tw_party_listed": _disjunction(party.tw_listed for party in listed),
        "cn_party_listed": _disjunction(party.cn_listed for party in listed),
    }


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
        "weapons_end_use": _flag(end_use.weapons_of_mass_destruction),
        "supercomputer_end_use": _flag(end_use.supercomputer),
        "substitute_evidence": _flag(end_use.substitute_evidence),
        "domestic_only_site": _flag(end_use.domestic_only_site),
    }


def board_facts(system: System | None, chip: Chip, weight: float | None) -> dict[str, FactValue]:
    """Return the adjusted peak performance of what is sold; unknown where a figure is blank."""
    packages = 1 if system is None else system.packages
    if packages is None or chip.fp64_tflops is None or weight is None:
        return {"adjusted_peak_tflops": None}
    peak = adjusted_peak_performance(packages, chip.fp64_tflops, weight)
    return {"adjusted_peak_tflops": peak}


def adjusted_peak_performance(packages: int, fp64_tflops: float, weight: float) -> float:
    """Return weighted 64-bit TFLOP/s of a computer: the weight of its kind times the sum.

    Wassenaar list, technical note on category 4.
    """
    return weight * packages * fp64_tflops


def approval_facts(
    approvals: Iterable[Approval], buyer: PartyFacts, chip: Chip, *, on: date, known_on: date
) -> dict[str, FactValue]:
    """Return the reported Chinese approval of the buyer for the chip, of those visible."""
    state = reported_state(approvals, buyer.group, chip.id, on=on, known_on=known_on)
    return {"cn_approval_state": state}


def with_given(facts: Facts, given: Facts) -> dict[str, FactValue]:
    """Return the facts with those that the caller states laid over them."""
    return {**facts, **given}


def _known(word: BuyerType | EndUsePurpose | StateMoney, unknown: object) -> str | None:
    return None if word is unknown else word.value


def _flag(truth: Truth) -> bool | None:
    return None if truth is Truth.UNKNOWN else truth is Truth.TRUE


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
