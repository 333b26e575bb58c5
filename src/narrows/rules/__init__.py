"""The rulebook: dated law as data, an evaluator that proves, and the gates of a route.

``load_pack() -> Pack``, ``pack.at(on=, known_on=, posture=) -> Regime``, ``regime.decide(facts) ->
Verdict`` and ``pack.with_(overlays) -> Pack`` are the engine's face;
``route(pack, ...) -> RouteVerdict`` judges a delivery leg by leg.
"""

from narrows.rules.answer import Answer, Missing
from narrows.rules.arrays import number_column, word_column
from narrows.rules.card import Ask, Card, Effect, Example
from narrows.rules.classification_table import write_classifications
from narrows.rules.classify import Classification, Classifier, Marketed, Product, classify
from narrows.rules.clock import Clock, Turn, clocks
from narrows.rules.difference import Change, differences
from narrows.rules.examples import as_fact, run_example
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
from narrows.rules.outcome import Outcome, outcome
from narrows.rules.overlay import Overlay
from narrows.rules.overview import (
    GateChange,
    Says,
    Statement,
    StatementAnswer,
    answer_statements,
    answers_that_differ,
    by_layer,
    gate_changes,
    load_statements,
)
from narrows.rules.pack import Pack
from narrows.rules.parameter import DatedValue, Parameter, ParameterKind
from narrows.rules.posture import Posture
from narrows.rules.product_row import RefusedProduct
from narrows.rules.product_table import read_products
from narrows.rules.proof import Proof
from narrows.rules.quantity import Between, Facts, FactValue
from narrows.rules.question import Fact, FactKind, Option, Question, Resolve
from narrows.rules.regime import Regime
from narrows.rules.register import Notice, read_notices, with_notices
from narrows.rules.route import route
from narrows.rules.route_approvals import (
    Approval,
    ApprovalState,
    Side,
    approvals_for,
    load_approvals,
)
from narrows.rules.route_conflict import Bound, ConflictFinding
from narrows.rules.route_delays import Delay
from narrows.rules.route_facts import WIDTH_BITS, chip_facts
from narrows.rules.route_file import RouteFile, judge_route, packaged_routes, read_route
from narrows.rules.route_legs import compose
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
from narrows.rules.route_shares import HomeMadeShare
from narrows.rules.route_tree import answers_tree, route_tree
from narrows.rules.route_verdict import Duty, Finding, LegReading, RouteVerdict
from narrows.rules.telling import Told, answer_message, footer, told, verdict_tree
from narrows.rules.treatment import (
    DIRECT_EXPORT,
    SCREENED,
    Timeline,
    timeline,
    turning_days,
)
from narrows.rules.verdict import Verdict

__all__ = [
    "DIRECT_EXPORT",
    "SCREENED",
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
    "Change",
    "Citation",
    "Classification",
    "Classifier",
    "Clock",
    "ConflictFinding",
    "DatedValue",
    "Delay",
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
    "GateChange",
    "HomeMadeShare",
    "Instrument",
    "ItemForm",
    "Layer",
    "Leg",
    "LegReading",
    "Marketed",
    "Missing",
    "Movement",
    "Notice",
    "Option",
    "Outcome",
    "Overlay",
    "Pack",
    "Parameter",
    "ParameterKind",
    "PartyFacts",
    "Possession",
    "Posture",
    "Product",
    "Proof",
    "Purpose",
    "Question",
    "RefusedProduct",
    "Regime",
    "Resolve",
    "RouteFile",
    "RouteVerdict",
    "Says",
    "Side",
    "Span",
    "StateMoney",
    "Statement",
    "StatementAnswer",
    "Suspension",
    "Timeline",
    "Title",
    "Told",
    "Turn",
    "Verdict",
    "answer_message",
    "answer_statements",
    "answers_that_differ",
    "answers_tree",
    "approvals_for",
    "as_fact",
    "by_layer",
    "chip_facts",
    "classify",
    "clocks",
    "compose",
    "differences",
    "footer",
    "gate_changes",
    "judge_route",
    "load_approvals",
    "load_pack",
    "load_statements",
    "number_column",
    "outcome",
    "packaged_routes",
    "read_notices",
    "read_products",
    "read_route",
    "route",
    "route_tree",
    "run_example",
    "timeline",
    "told",
    "turning_days",
    "verdict_tree",
    "with_notices",
    "word_column",
    "write_classifications",
]
