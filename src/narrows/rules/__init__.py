"""The rulebook: dated law as data, an evaluator that proves, and the gates of a route.

``load_pack() -> Pack``, ``pack.at(on=, known_on=, posture=) -> Regime``, ``regime.decide(facts) ->
Verdict`` and ``pack.with_(overlays) -> Pack`` are the whole of the engine's face.
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
from narrows.rules.verdict import Verdict

__all__ = [
    "Answer",
    "Ask",
    "Between",
    "Card",
    "Certainty",
    "Citation",
    "DatedValue",
    "Effect",
    "Ending",
    "Example",
    "Fact",
    "FactKind",
    "FactValue",
    "Facts",
    "Formality",
    "Instrument",
    "Layer",
    "Missing",
    "Option",
    "Overlay",
    "Pack",
    "Parameter",
    "ParameterKind",
    "Posture",
    "Proof",
    "Question",
    "Regime",
    "Resolve",
    "Span",
    "Suspension",
    "Title",
    "Verdict",
    "load_pack",
    "number_column",
    "word_column",
]
