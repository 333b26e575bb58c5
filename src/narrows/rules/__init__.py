"""The rulebook: dated law as data, an evaluator that proves, and the gates of a route.

``load_pack() -> Pack``, ``pack.at(on=, known_on=, posture=) -> Regime``, ``regime.decide(facts) ->
Verdict`` and ``pack.with_(overlays) -> Pack`` are the engine's face;
``route(pack, ...) -> RouteVerdict`` judges a delivery leg by leg.
"""

from narrows.rules.answer import Answer
from narrows.rules.arrays import number_column, word_column
from narrows.rules.card import Ask, Card, Effect, Example
from narrows.rules.law import (
    Certainty,
    Citation,
    Ending,
    Formality,
    Instrument,
    Layer,
    Span,
    Suspension,
    Title,
)
from narrows.rules.loader import load_pack
from narrows.rules.missing import Missing
from narrows.rules.overlay import Overlay
from narrows.rules.pack import Pack
from narrows.rules.parameter import DatedValue, Parameter, ParameterKind
from narrows.rules.posture import Posture
from narrows.rules.proof import Proof
from narrows.rules.quantity import Between, Facts, FactValue
from narrows.rules.question import Fact, FactKind, Option, Question, Resolve
from narrows.rules.regime import Regime
from narrows.rules.route import compose, route
from narrows.rules.route_approvals import (
    Approval,
    ApprovalState,
    Side,
    approvals_for,
    load_approvals,
)
from narrows.rules.route_conflict import Bound, ConflictFinding
from narrows.rules.route_facts import WIDTH_BITS
from narrows.rules.route_records import (
    BuyerType,
    EndUse,
    EndUsePurpose,
    ItemForm,
    Leg,
    Movement,
    PartyFacts,
    Possession,
    Purpose,
    StateMoney,
)
from narrows.rules.route_verdict import Duty, Finding, LegReading, RouteVerdict
from narrows.rules.verdict import Verdict

__all__ = [
    "WIDTH_BITS",
    "Answer",
    "Approval",
    "ApprovalState",
    "Ask",
    "Between",
    "Bound",
    "BuyerType",
    "Card",
    "Certainty",
    "Citation",
    "ConflictFinding",
    "DatedValue",
    "Duty",
    "Effect",
    "EndUse",
    "EndUsePurpose",
    "Ending",
    "Example",
    "Fact",
    "FactKind",
    "FactValue",
    "Facts",
    "Finding",
    "Formality",
    "Instrument",
    "ItemForm",
    "Layer",
    "Leg",
    "LegReading",
    "Missing",
    "Movement",
    "Option",
    "Overlay",
    "Pack",
    "Parameter",
    "ParameterKind",
    "PartyFacts",
    "Possession",
    "Posture",
    "Proof",
    "Purpose",
    "Question",
    "Regime",
    "Resolve",
    "RouteVerdict",
    "Side",
    "Span",
    "StateMoney",
    "Suspension",
    "Title",
    "Verdict",
    "approvals_for",
    "compose",
    "load_approvals",
    "load_pack",
    "number_column",
    "route",
    "word_column",
]
