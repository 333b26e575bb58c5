"""The study file as a whole. ``docs/study.md`` documents every field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT, Currency
from narrows.rules import Posture
from narrows.study.given import RackPower
from narrows.study.schema.limits import Budget, Cap, DomesticShare, Exposure, Ownership, Risk
from narrows.study.schema.offers import Option, Porting, Rental
from narrows.study.schema.routes import EndUseGiven, PartyGiven
from narrows.study.schema.words import Day, Perspective, Quarter, StudyName, Text3, Whole
from narrows.study.schema.work import Site, Workload

QUARTERS_MAX = 40
"""Ten years: no policy, price or roadmap in the catalogue reaches further."""
OPTIONS_MAX = 40
"""More options than products that can be bought at one time; bounds the optimisation."""
WORKLOADS_MAX = 20
SITES_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One question, whole."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    study: StudyName
    title: Text3
    perspective: Perspective
    as_known_on: Day
    in_force_on: Day
    currency: Currency
    posture: Posture
    buyer_name: Text3
    parties: tuple[PartyGiven, ...]
    end_use: EndUseGiven
    start: Quarter
    quarters: Whole
    rack_power: RackPower
    sites: tuple[Site, ...]
    workloads: tuple[Workload, ...]
    options: tuple[Option, ...]
    porting: tuple[Porting, ...]
    budget: Budget
    domestic_share: DomesticShare
    cap: Cap
    ownership: Ownership
    risk: Risk
    rentals: tuple[Rental, ...] = ()
    exposure: tuple[Exposure, ...] = ()
    overlays: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
