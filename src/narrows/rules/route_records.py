"""What a route is made of: legs, parties, an end use. The law judges movements, not purchases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, TypeAlias

from pydantic import AfterValidator, ConfigDict

from narrows.catalog import STATE_MEND, is_state_code
from narrows.core import STRICT, FieldValueError, InputError, Truth
from narrows.rules.quantity import Between


def _state(code: str) -> str:
    if not is_state_code(code):
        raise FieldValueError("not the code of a state", STATE_MEND)
    return code


State: TypeAlias = Annotated[str, AfterValidator(_state)]

LEGS_MAX = 32
"""The longest public supply chain of a server has about ten legs; more is a mistake."""


class Movement(StrEnum):
    """How an item moves on a leg."""

    EXPORT = "export"
    """It leaves the state where it was made or last landed for home use."""
    REEXPORT = "reexport"
    """It leaves a state other than the one whose law first licensed it."""
    TRANSFER = "transfer"
    """It changes hands or use inside one state."""


class ItemForm(StrEnum):
    """What moves."""

    WAFER = "wafer"
    DIE = "die"
    PACKAGE = "package"
    BOARD = "board"
    SERVER = "server"
    RACK = "rack"


class Purpose(StrEnum):
    """Why it moves: what is done with it where it arrives."""

    FAB = "fab"
    PACKAGE = "package"
    TEST = "test"
    INTEGRATE = "integrate"
    DEPLOY = "deploy"


class BuyerType(StrEnum):
    """The kind of a party. In China it decides more than the product does."""

    PRIVATE_PLATFORM = "private_platform"
    AI_LAB = "ai_lab"
    TELECOM_SOE = "telecom_soe"
    SOE = "soe"
    AGENCY = "agency"
    SENSITIVE_AGENCY = "sensitive_agency"
    CRITICAL_INFRASTRUCTURE = "critical_infrastructure"
    UNIVERSITY = "university"
    FOREIGN_INVESTED = "foreign_invested"
    MILITARY = "military"
    MAKER = "maker"
    """A chip or server maker, integrator or laboratory on the way; not a buyer."""
    UNKNOWN = "unknown"


class StateMoney(StrEnum):
    """State money in a site. The boundary of the rule is not public, so each kind is kept."""

    NONE = "none"
    GRANT = "grant"
    EQUITY = "equity"
    LOAN = "loan"
    PURCHASE_PROMISE = "purchase_promise"
    OWNED = "owned"
    """The site itself is publicly owned."""
    UNKNOWN = "unknown"


class EndUsePurpose(StrEnum):
    """What the accelerators are for."""

    COMMERCIAL_CLOUD = "commercial_cloud"
    OWN_TRAINING = "own_training"
    OWN_SERVING = "own_serving"
    R_AND_D = "r_and_d"
    UNIVERSITY_LAB = "university_lab"
    GOVERNMENT = "government"
    UNKNOWN = "unknown"


class Possession(StrEnum):
    """Whether the user owns the machines or reaches machines of somebody else."""

    BUY = "buy"
    RENT = "rent"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """One party of a route. States are ISO 3166 codes; ``None`` is unknown.

    ``buyer_type`` must be given, if only as ``BuyerType.UNKNOWN``. ``group`` names the group under
    which reported approvals are kept (``alibaba``), ``listed_on`` the US lists that name it:
    the empty set says that it was screened and none does, ``None`` that it was not screened.
    ``makes_circuits`` says that it is a foundry or an assembly house, ``china_exposure`` that a
    party from elsewhere has assets, staff or sales in China.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    name: str
    country: State
    buyer_type: BuyerType
    headquarters: State | None = None
    ultimate_parent: State | None = None
    group: str | None = None
    listed_on: frozenset[str] | None = None
    owned_by_listed_share: float | Between | None = None
    tw_listed: Truth = Truth.UNKNOWN
    cn_listed: Truth = Truth.UNKNOWN
    named_on_licence: Truth = Truth.UNKNOWN
    makes_circuits: Truth = Truth.UNKNOWN
    china_exposure: Truth = Truth.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One movement of the item between two parties.

    Raises
    ------
    InputError
        A transfer that leaves its state, or an export that stays in it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    movement: Movement
    origin: State
    destination: State
    exporter: str
    consignee: str
    form: ItemForm
    purpose: Purpose
    via: tuple[State, ...] = ()

    def __post_init__(self) -> None:
        stays = self.origin == self.destination
        if stays == (self.movement is Movement.TRANSFER):
            return
        raise InputError(
            f"leg {self.id} is called {self.movement} but goes from {self.origin} "
            f"to {self.destination}",
            "call it transfer when it stays in one state, else export or reexport",
            fieldname="movement",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EndUse:
    """Who will use the item, where and for what. ``Truth.UNKNOWN`` means that nobody has shown it.

    ``buyer`` is the id of the party that decides the Chinese side; ``site`` the ISO code of the
    state in which the machines stand; ``build_progress`` the share of the site that is built, 0-1.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    buyer: str
    site: State
    purpose: EndUsePurpose
    possession: Possession = Possession.BUY
    state_money: StateMoney = StateMoney.UNKNOWN
    build_progress: float | None = None
    province: str | None = None
    military: Truth = Truth.UNKNOWN
    military_intelligence: Truth = Truth.UNKNOWN
    model_for_military_or_weapons: Truth = Truth.UNKNOWN
    weapons_of_mass_destruction: Truth = Truth.UNKNOWN
    supercomputer: Truth = Truth.UNKNOWN
    substitute_evidence: Truth = Truth.UNKNOWN
    domestic_only_site: Truth = Truth.UNKNOWN


def check_route(
    legs: tuple[Leg, ...], parties: Mapping[str, PartyFacts], *, end_use: EndUse
) -> None:
    """Refuse a route whose legs name parties that are not given, or that has no legs.

    Raises
    ------
    InputError
        Naming the leg and the party.
    """
    if not legs:
        raise InputError("a route has no legs", "give at least one leg", fieldname="legs")
    if len(legs) > LEGS_MAX:
        raise InputError(
            f"a route has {len(legs)} legs and the limit is {LEGS_MAX}",
            "split the route",
            fieldname="legs",
        )
    twice = sorted({leg.id for leg in legs if [one.id for one in legs].count(leg.id) > 1})
    if twice:
        raise InputError("two legs have one id", "rename one", fieldname="legs", value=twice[0])
    named = {(leg.id, role) for leg in legs for role in (leg.exporter, leg.consignee)}
    for place, party in sorted({*named, ("end use", end_use.buyer)}):
        if party not in parties:
            raise InputError(
                f"{place} names a party that is not described",
                f"describe it, or name one of: {', '.join(sorted(parties))}",
                fieldname="parties",
                value=party,
            )
