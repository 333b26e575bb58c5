"""The study file: what a planner states. ``docs/study.md`` documents every field."""

from narrows.study.schema.limits import (
    Budget,
    Cap,
    DomesticShare,
    Exposure,
    Ownership,
    Risk,
)
from narrows.study.schema.offers import (
    Option,
    Porting,
    Rental,
)
from narrows.study.schema.routes import (
    EndUseGiven,
    LegGiven,
    PartyGiven,
)
from narrows.study.schema.whole import (
    OPTIONS_MAX,
    QUARTERS_MAX,
    SITES_MAX,
    WORKLOADS_MAX,
    Study,
)
from narrows.study.schema.words import (
    ORDERING,
    Count,
    Country,
    Day,
    Flag,
    Name,
    Origin,
    Perspective,
    Quarter,
    ShareBasis,
    StudyName,
    Text3,
    Whole,
    WorkKind,
)
from narrows.study.schema.work import (
    Capability,
    Holding,
    PowerStep,
    Site,
    Workload,
)

__all__ = [
    "OPTIONS_MAX",
    "ORDERING",
    "QUARTERS_MAX",
    "SITES_MAX",
    "WORKLOADS_MAX",
    "Budget",
    "Cap",
    "Capability",
    "Count",
    "Country",
    "Day",
    "DomesticShare",
    "EndUseGiven",
    "Exposure",
    "Flag",
    "Holding",
    "LegGiven",
    "Name",
    "Option",
    "Origin",
    "Ownership",
    "PartyGiven",
    "Perspective",
    "Porting",
    "PowerStep",
    "Quarter",
    "Rental",
    "Risk",
    "ShareBasis",
    "Site",
    "Study",
    "StudyName",
    "Text3",
    "Whole",
    "WorkKind",
    "Workload",
]
