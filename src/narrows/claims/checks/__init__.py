"""The checks: each takes a sentence and returns what it finds of it."""

from narrows.claims.checks.conversion import check_conversions
from narrows.claims.checks.generations import check_generations
from narrows.claims.checks.growth import check_growth
from narrows.claims.checks.level import check_levels
from narrows.claims.checks.more_than import check_more_than
from narrows.claims.checks.people import check_people
from narrows.claims.checks.quotes import check_quotes
from narrows.claims.checks.records import check_records
from narrows.claims.checks.specs import check_specs
from narrows.claims.checks.sums import check_sums
from narrows.claims.checks.systems import check_ratios

__all__ = [
    "check_conversions",
    "check_generations",
    "check_growth",
    "check_levels",
    "check_more_than",
    "check_people",
    "check_quotes",
    "check_ratios",
    "check_records",
    "check_specs",
    "check_sums",
]
