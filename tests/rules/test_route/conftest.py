"""One large Chinese cloud, and the ways by which machines could reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest

from narrows.catalog import Catalog, load_catalog
from narrows.core import Truth
from narrows.rules import (
    Approval,
    BuyerType,
    EndUse,
    EndUsePurpose,
    FactValue,
    ItemForm,
    Leg,
    Movement,
    Pack,
    PartyFacts,
    Posture,
    Purpose,
    RouteVerdict,
    StateMoney,
    load_pack,
    route,
)

NO = Truth.FALSE

EVERY_PAPER: Mapping[str, FactValue] = {
    "us_available_on_cutoff": True,
    "us_units_stated": True,
    "us_supply_sufficient": True,
    "no_foundry_diversion": True,
    "cap_ratio": 0.1,
    "end_use_screened_clean": True,
    "remote_users_disclosed": True,
    "kyc_in_place": True,
    "cloud_terms_in_place": True,
    "lab_headquarters": "US",
    "lab_controlled_from": frozenset(),
    "lab_tests_in_us": True,
    "lab_interest_in_parties": False,
    "lab_recognised": True,
    "lab_sample_from_shipment": True,
    "lab_certificate_sent": True,
    "end_user_statement_held": True,
    "notice_binds_exporter": False,
    "tw_item_listed": False,
    "declared_end_user_real": True,
    "transfer_not_barred": True,
    "hts_heading": "8473.30",
    "us_use": "none",
}
"""What the window, the hand-over and the landing in the United States ask to see, all shown."""


def party(name: str, country: str, *, kind: BuyerType = BuyerType.MAKER, **more) -> PartyFacts:
    known = {"headquarters": country, "ultimate_parent": country, "owned_by_listed_share": 0.0}
    screened = {"listed_on": frozenset(), "tw_listed": NO, "cn_listed": NO, "china_exposure": NO}
    return PartyFacts(
        id=name, name=name, country=country, buyer_type=kind, **{**known, **screened, **more}
    )


PARTIES = {
    one.id: one
    for one in (
        party("assembler", "TW", china_exposure=Truth.TRUE),
        party("vendor", "US", china_exposure=Truth.TRUE),
        party("laboratory", "US"),
        party("server_maker", "US", china_exposure=Truth.TRUE),
        party("plant", "CN", headquarters="TW", ultimate_parent="TW", named_on_licence=Truth.TRUE),
        party("huawei", "CN"),
        party("host", "MY"),
        party("cloud", "CN", kind=BuyerType.PRIVATE_PLATFORM, group="alibaba",
              named_on_licence=Truth.TRUE),
    )
}  # fmt: skip

USE = EndUse(
    buyer="cloud",
    site="CN",
    purpose=EndUsePurpose.COMMERCIAL_CLOUD,
    state_money=StateMoney.NONE,
    build_progress=0.6,
    province="guangdong",
    military=NO,
    military_intelligence=NO,
    model_for_military_or_weapons=NO,
    weapons_of_mass_destruction=NO,
    supercomputer=NO,
    substitute_evidence=Truth.TRUE,
    domestic_only_site=NO,
)


def leg(name: str, ends: str, hands: str, what: str) -> Leg:
    """``leg("test", "TW US export", "assembler laboratory", "board test")``."""
    origin, destination, movement = ends.split()
    exporter, consignee = hands.split()
    form, purpose = what.split()
    return Leg(
        id=name, movement=Movement(movement), origin=origin, destination=destination,
        exporter=exporter, consignee=consignee, form=ItemForm(form), purpose=Purpose(purpose),
    )  # fmt: skip


TO_TEST = leg("to_test", "TW US export", "assembler laboratory", "board test")
BOARDS_TO_SHANGHAI = (
    TO_TEST,
    leg("to_plant", "US CN export", "vendor plant", "board integrate"),
    leg("hand_over", "CN CN transfer", "plant cloud", "server deploy"),
)
WHOLE_FROM_US = (
    TO_TEST,
    leg("build", "US US transfer", "laboratory server_maker", "board integrate"),
    leg("whole", "US CN export", "server_maker cloud", "server deploy"),
)
STRAIGHT_FROM_TAIWAN = (leg("straight", "TW CN export", "assembler cloud", "server deploy"),)
AT_HOME = (leg("home", "CN CN transfer", "huawei cloud", "server deploy"),)
TO_HOST = (leg("to_host", "US MY export", "vendor host", "server deploy"),)


@dataclass(frozen=True)
class World:
    """A route with everything shown, from which a test takes things away."""

    pack: Pack
    catalog: Catalog
    chip: str = "nv-h200-sxm"
    system: str | None = None
    legs: tuple[Leg, ...] = WHOLE_FROM_US
    parties: Mapping[str, PartyFacts] = None  # type: ignore[assignment] # filled by the fixture
    end_use: EndUse = USE
    facts: Mapping[str, FactValue] = None  # type: ignore[assignment] # filled by the fixture
    on: date = date(2026, 1, 23)
    known_on: date | None = None
    posture: Posture = Posture.ENFORCED
    approvals: tuple[Approval, ...] | None = None

    def but(self, **changes) -> World:
        return replace(self, **changes)

    def with_use(self, **changes) -> World:
        return replace(self, end_use=replace(self.end_use, **changes))

    def with_party(self, name: str, **changes) -> World:
        changed = replace(self.parties[name], **changes)
        return replace(self, parties={**self.parties, name: changed})

    def with_facts(self, **changes) -> World:
        return replace(self, facts={**self.facts, **changes})

    def judge(self) -> RouteVerdict:
        return route(
            self.pack,
            chip=self.catalog.chips[self.chip],
            system=None if self.system is None else self.catalog.systems[self.system],
            legs=self.legs,
            parties=self.parties,
            end_use=self.end_use,
            facts=self.facts,
            on=self.on,
            known_on=self.known_on or self.on,
            posture=self.posture,
            approvals=self.approvals,
        )


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack()


@pytest.fixture(scope="session")
def world(pack: Pack) -> World:
    return World(pack, load_catalog(), parties=PARTIES, facts=EVERY_PAPER)


@pytest.fixture(scope="session")
def ways() -> Mapping[str, tuple[Leg, ...]]:
    """The ways by name."""
    return {
        "boards to Shanghai": BOARDS_TO_SHANGHAI,
        "whole from the US": WHOLE_FROM_US,
        "straight from Taiwan": STRAIGHT_FROM_TAIWAN,
        "at home": AT_HOME,
        "to a host abroad": TO_HOST,
    }


@pytest.fixture(scope="session")
def make_party() -> Callable[..., PartyFacts]:
    return party


@pytest.fixture(scope="session")
def make_leg() -> Callable[[str, str, str, str], Leg]:
    return leg
