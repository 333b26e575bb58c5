"""A verdict in messages: what was found, why, and what is missing. ``brief`` makes the sentences.

Every line is a message id with values; titles travel with it in three languages. The words are of
findings: met, not met, open, not checked. Nothing here says that anything is cleared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from narrows.core import Json, Message, Truth, Value, message
from narrows.rules.answer import JOIN_SIGN, Answer, Missing
from narrows.rules.card import Card
from narrows.rules.law import Citation, Title
from narrows.rules.pack import Pack
from narrows.rules.parameter import DatedValue
from narrows.rules.proof import Proof
from narrows.rules.quantity import FALSE, TRUE, Between, FactValue
from narrows.rules.steps import (
    AllStep,
    AnyStep,
    AtLeastStep,
    CardStep,
    CompareStep,
    FixedStep,
    LookupStep,
    NotStep,
)
from narrows.rules.verdict import Verdict

TRUTH_WORD: Mapping[Truth, str] = {TRUE: "met", FALSE: "not_met", Truth.UNKNOWN: "not_shown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line, what it rests on, and where that is written."""

    message: Message
    cites: tuple[str, ...] = ()
    below: tuple[Told, ...] = field(default=())


def titled(title: Title) -> dict[str, Value]:
    """Return a title as message values: ``en``, ``zh_hant``, ``zh_hans``."""
    return {"en": title.en, "zh_hant": title.zh_hant, "zh_hans": title.zh_hans}


def paired(first: Title, second: Title) -> Title:
    """Return two titles as one: a question and its answer, a rule and what changes."""
    return Title(
        en=f"{first.en}: {second.en}",
        zh_hant=f"{first.zh_hant}：{second.zh_hant}",
        zh_hans=f"{first.zh_hans}：{second.zh_hans}",
    )


def told(verdict: Verdict, pack: Pack) -> tuple[Told, ...]:
    """Return the whole verdict: each answer with its cards, proofs, layers and missing facts."""
    return tuple(tell_answer(verdict, answer, pack) for answer in verdict.answers)


def tell_answer(verdict: Verdict, answer: Answer, pack: Pack) -> Told:
    """Return one answer with the cards that carry it, and the facts that it waits for."""
    cards = [tell_card(card, proof, pack) for card, proof in answer.deciding]
    waiting = [tell_missing(one, pack) for one in verdict.missing(answer.question.id)]
    return Told(message=answer_message(answer), below=(*cards, *waiting, *_tell_layers(answer)))


def _tell_layers(answer: Answer) -> list[Told]:
    """Return what each layer says, where they do not all say the same."""
    layers = answer.by_layer
    alike = len({(one.word, one.possible) for one in layers.values()}) == 1
    return [] if alike else [_tell_layer(layer, one) for layer, one in layers.items()]


def answer_message(answer: Answer) -> Message:
    """Return an answer as a finding: settled, open between several, or not checked."""
    asked = answer.question
    if not answer.checked:
        return message("rules.answer.not_checked", **titled(asked.title))
    state = "open" if answer.word is None else "settled"
    return message(
        f"rules.answer.{state}",
        word=answer.word,
        **titled(paired(asked.title, _said(answer))),
    )


def _said(answer: Answer) -> Title:
    """Return the answer, its joined limbs, or what is still possible, as one title."""
    alone = answer.word is not None
    words = (answer.word or "").split(JOIN_SIGN) if alone else answer.possible
    options = [answer.question.option(word).title for word in words]
    return _together(options, f" {JOIN_SIGN} " if alone else " / ")


def _together(options: Sequence[Title], sign: str) -> Title:
    return Title(
        en=sign.join(title.en for title in options),
        zh_hant=sign.join(title.zh_hant for title in options),
        zh_hans=sign.join(title.zh_hans for title in options),
    )


def _tell_layer(layer: str, answer: Answer) -> Told:
    if answer.word is None:
        return Told(message=message("rules.answer.layer_open", layer=str(layer)))
    said = titled(_said(answer))
    return Told(message=message("rules.answer.in_layer", layer=str(layer), **said))


def tell_card(card: Card, proof: Proof, pack: Pack) -> Told:
    """Return a card with its truth, its rung and layers, and the steps of its proof."""
    said = message(
        "rules.card.truth",
        card=card.id,
        truth=TRUTH_WORD[proof.truth],
        rung=str(card.formality),
        **titled(card.title),
    )
    below = tuple(tell_step(child, pack) for child in proof.children)
    return Told(message=said, cites=_cites(card.cite), below=below)


def tell_step(proof: Proof, pack: Pack) -> Told:
    """Return one step of a proof with the steps below it."""
    step = proof.step
    if isinstance(step, (CardStep, FixedStep)) and step.card_id in pack.cards:
        return tell_card(pack.cards[step.card_id], proof, pack)
    if isinstance(step, (CompareStep, LookupStep)):
        return _tell_comparison(step, proof, pack)
    below = tuple(tell_step(child, pack) for child in proof.children)
    kind = _KIND.get(type(step), "unless")
    return Told(message=message(f"rules.step.{kind}", truth=TRUTH_WORD[proof.truth]), below=below)


_KIND = {AllStep: "all", AnyStep: "any", NotStep: "not", AtLeastStep: "at_least"}


def _tell_comparison(step: CompareStep | LookupStep, proof: Proof, pack: Pack) -> Told:
    fact = pack.facts[step.fact]
    values: dict[str, Value] = {
        "truth": TRUTH_WORD[proof.truth],
        "operator": step.op,
        "bound": spelled(step.bound),
        "value": spelled(proof.value),
        "unit": "" if fact.unit == "1" else fact.unit,
        "fact": fact.id,
    }
    known = "unknown" if proof.value is None else "known"
    said = message(f"rules.step.compare_{known}", **values, **titled(fact.title))
    return Told(message=said, cites=_dated_cite(step.dated))


def _dated_cite(dated: DatedValue | None) -> tuple[str, ...]:
    return () if dated is None else (dated.cite.text,)


def _cites(cites: Sequence[Citation]) -> tuple[str, ...]:
    return tuple(cite.text for cite in cites)


MEMBERS_SHOWN_MAX = 6
"""A longer set is named by its size; its members stand in the parameter."""


def spelled(value: FactValue | frozenset[str]) -> str:
    """Return a fact or bound as plain text."""
    if value is None:
        return "?"
    if isinstance(value, Between):
        return f"{value.low:.10g}..{value.high:.10g}"
    if isinstance(value, frozenset):
        return _spelled_set(value)
    if isinstance(value, (bool, str)):
        return str(value).lower() if isinstance(value, bool) else value
    return f"{value:.10g}"


def _spelled_set(members: frozenset[str] | frozenset[str | None]) -> str:
    names = sorted("?" if member is None else member for member in members)
    if len(names) > MEMBERS_SHOWN_MAX:
        return f"{', '.join(names[:MEMBERS_SHOWN_MAX])} ... ({len(names)})"
    return ", ".join(names) if names else "-"


def tell_missing(one: Missing, pack: Pack) -> Told:
    """Return a missing fact: whether it alone settles the question, and what to ask for."""
    strength = "decides" if one.settles else "may_matter"
    below = tuple(
        Told(message=message("rules.missing.ask", **titled(_name(name, pack))))
        for name in one.inputs
        if name != one.fact
    )
    named = titled(_name(one.fact, pack))
    return Told(message=message(f"rules.missing.{strength}", fact=one.fact, **named), below=below)


def _name(identifier: str, pack: Pack) -> Title:
    fact = pack.facts.get(identifier)
    return pack.parameters[identifier].title if fact is None else fact.title


def footer(verdict: Verdict) -> Message:
    """Return the line that makes a verdict repeatable: dates, posture and pack."""
    return message(
        "rules.verdict.basis",
        on=verdict.on,
        known_on=verdict.known_on,
        posture=str(verdict.posture),
        pack=verdict.pack_hash[:HASH_SHOWN_COLUMNS],
    )


HASH_SHOWN_COLUMNS = 12
"""As many as a reader compares by eye; JSON carries the whole hash."""


def verdict_tree(verdict: Verdict, pack: Pack) -> Json:
    """Return a verdict as JSON values; byte-identical for equal visible records."""
    return {
        "on": verdict.on.isoformat(),
        "known_on": verdict.known_on.isoformat(),
        "posture": str(verdict.posture),
        "pack_hash": verdict.pack_hash,
        "facts": {name: spelled(verdict.facts[name]) for name in sorted(verdict.facts)},
        "facts_used": [*verdict.facts_used()],
        "not_checked": [*verdict.not_checked],
        "answers": [_answer_tree(verdict, answer, pack) for answer in verdict.answers],
    }


def _answer_tree(verdict: Verdict, answer: Answer, pack: Pack) -> Json:
    told_answer = tell_answer(verdict, answer, pack)
    return {
        "question": answer.question.id,
        "truth": answer.truth.value,
        "answer": answer.word,
        "possible": [*answer.possible],
        "settled_by_cases": answer.by_cases,
        "layers": {str(layer): one.word for layer, one in answer.by_layer.items()},
        "missing": [
            {
                "fact": one.fact,
                "inputs": [*one.inputs],
                "outcomes": [*one.outcomes],
                "settles": one.settles,
            }
            for one in verdict.missing(answer.question.id)
        ],
        "because": told_tree(told_answer),
    }


def told_tree(line: Told) -> Json:
    """Return a line and all below it as JSON values."""
    values: dict[str, Json] = {
        key: value if isinstance(value, (str, int, float, bool, type(None))) else value.isoformat()
        for key, value in line.message.values.items()
    }
    return {
        "id": line.message.id,
        "values": values,
        "cites": [*line.cites],
        "below": [told_tree(child) for child in line.below],
    }


__all__ = [
    "Told",
    "answer_message",
    "footer",
    "paired",
    "spelled",
    "tell_answer",
    "tell_card",
    "titled",
    "told",
    "told_tree",
    "verdict_tree",
]
