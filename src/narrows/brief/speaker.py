"""What a template may say: one result in one language, with citations and derivations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from narrows.brief import figures
from narrows.brief.derivation import Backing, backing, derivation_of, value_of
from narrows.brief.explain import exact
from narrows.brief.node import Node
from narrows.brief.result import names_in, words
from narrows.brief.wording import Wording, printable
from narrows.core import Json, Locale

STEPS_MAX = 6
"""How many figures a derivation tells in place; ``--explain`` walks the rest."""
CITED_MAX = 3
"""How many sources of one figure are cited in place."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A source as the page cites it: its number in the list, or its own words where unlisted."""

    id: str
    number: int | None
    title: str


@dataclass(frozen=True, slots=True)
class Step:
    """One figure of a derivation, with what went into it and how much more there is."""

    pointer: str
    value: str
    formula: str | None
    grade: str | None
    citations: tuple[Citation, ...]
    inputs: tuple[Step, ...]
    left_out: int


class Speaker:
    """One language's telling of a result."""

    def __init__(self, root: Node, language: Locale) -> None:
        self.root = root
        self.language = language
        self.wording = Wording(language, names=names_in(root))
        sources = root.at("sources").entries
        self._numbers = {source: number for number, (source, _) in enumerate(sources, start=1)}

    def t(self, message_id: str, **values: Json) -> str:
        """Return the brief's own sentence for an id."""
        return self.wording.phrase(message_id, **values)

    def say(self, node: Node) -> str:
        """Return the sentence of the message that stands at a node; empty where none does."""
        message = node.message
        return "" if message is None else self.wording.say(message)

    def name(self, node: Node) -> str:
        """Return the name at a node: ``{language: text}`` or an id to look up."""
        given = words(node, self.language) if node.entries else None
        if given is not None:
            return given
        return "" if node.text is None else self.wording.name(node.text)

    def words(self, node: Node) -> str:
        """Return the text of a ``{language: text}`` mapping, or the text that stands there."""
        return words(node, self.language) or ""

    def term(self, word: str) -> str:
        """Return the reader's word for a word of the rooms."""
        return self.wording.term(word)

    def unit(self, unit: str | None) -> str:
        """Return how a unit is written; counted things have a word in each language."""
        if unit is None or unit == "1":
            return ""
        word = self.wording.term(f"unit {unit}")
        return printable(unit) if word == f"unit {unit}" else word

    def unit_of(self, node: Node) -> str:
        """Return the unit of the figure at a node, from its derivation."""
        found = derivation_of(self.root, node.pointer)
        return "" if found is None else self.unit(found.unit)

    def number(self, node: Node) -> str:
        """Write the number at a node with three significant figures and its magnitude word."""
        return self._written(node, figures.amount)

    def count(self, node: Node) -> str:
        """Write the number at a node as a whole number."""
        return self._written(node, figures.count)

    def percent(self, node: Node) -> str:
        """Write the share at a node as per cent."""
        return self._written(node, figures.percent)

    def change(self, node: Node) -> str:
        """Write the relative change at a node with its sign."""
        return self._written(node, figures.change)

    def _written(self, node: Node, write: Callable[[float, Locale], str]) -> str:
        return figures.UNKNOWN if node.number is None else write(node.number, self.language)

    def money(self, node: Node, currency: str) -> str:
        """Write the amount at a node."""
        if node.number is None:
            return figures.UNKNOWN
        return figures.money(node.number, currency, self.language)

    def interval(self, node: Node) -> str:
        """Write ``{p05, p50, p95}`` as ``2.3 (1.7-3.1)``."""
        quantiles = quantiles_of(node)
        return figures.UNKNOWN if quantiles is None else figures.interval(*quantiles, self.language)

    def percent_interval(self, node: Node) -> str:
        """Write ``{p05, p50, p95}`` of shares as ``14 % (5-31)``."""
        quantiles = quantiles_of(node)
        if quantiles is None:
            return figures.UNKNOWN
        return figures.percent_interval(*quantiles, self.language)

    def day(self, node: Node) -> str:
        """Write the day, month or quarter at a node."""
        return figures.UNKNOWN if node.text is None else figures.period(node.text, self.language)

    def cite(self, ids: Iterable[str]) -> tuple[Citation, ...]:
        """Return the citations of source ids; an id that is no source is cited in its words."""
        return tuple(self._citation(source) for source in ids)

    def _citation(self, source: str) -> Citation:
        return Citation(source, self._numbers.get(source), self.source_title(source))

    def source_title(self, source: str) -> str:
        """Return what a source is called in this language, else as it calls itself, else its id."""
        node = self.root.at("sources", source)
        return self.words(node.at("titles")) or node.at("title").text or source

    def backing(self, *pointers: str) -> Backing:
        """Return the sources and the weakest grade behind the figures below pointers."""
        found = [backing(self.root, pointer) for pointer in pointers]
        sources = sorted(
            {source for each in found for source in each.sources},
            key=lambda source: self._numbers.get(source, len(self._numbers)),
        )
        grades = sorted(each.weakest_grade for each in found if each.weakest_grade is not None)
        return Backing(tuple(sources), grades[-1] if grades else None)

    def step(self, pointer: str) -> Step | None:
        """Return the derivation of a figure, opened in place as far as its room goes."""
        if derivation_of(self.root, pointer) is None:
            return None
        return self._step(pointer, self._opened(pointer))

    def _opened(self, pointer: str) -> frozenset[str]:
        """Return which figures are told: the nearest to the asked one, breadth first."""
        opened, waiting = [pointer], [pointer]
        while waiting and len(opened) < STEPS_MAX:
            found = derivation_of(self.root, waiting.pop(0))
            fresh = () if found is None else found.inputs
            fresh = tuple(child for child in dict.fromkeys(fresh) if child not in opened)
            fresh = fresh[: STEPS_MAX - len(opened)]
            opened += fresh
            waiting += fresh
        return frozenset(opened)

    def _step(self, pointer: str, opened: frozenset[str]) -> Step:
        found = derivation_of(self.root, pointer)
        if found is None:
            return Step(pointer, self._exact(pointer, ""), None, None, (), (), 0)
        # A figure is opened where it first comes up, so a chain that loops ends.
        within = opened - {pointer}
        told = [child for child in dict.fromkeys(found.inputs) if child in within]
        return Step(
            pointer,
            value=self._exact(pointer, found.unit),
            formula=self.wording.formula(found.formula),
            grade=found.grade,
            citations=self.cite(found.sources[:CITED_MAX]),
            inputs=tuple(self._step(child, within - set(told)) for child in told),
            left_out=len(found.inputs) - len(told),
        )

    def _exact(self, pointer: str, unit: str) -> str:
        value = value_of(self.root, pointer)
        if value.number is None:
            return value.text or self.term("unknown")
        return f"{exact(value.number)} {self.unit(unit)}".rstrip()


def said_once(nodes: Iterable[Node], speaker: Speaker) -> tuple[tuple[str, int], ...]:
    """Return each different sentence of the messages at nodes, and how often it is said."""
    counts = Counter(sentence for node in nodes if (sentence := speaker.say(node)))
    return tuple(counts.items())


def quantiles_of(node: Node) -> tuple[float, float, float] | None:
    """Return the three quantiles at a node, or ``None`` where one is missing."""
    p05, p50, p95 = (node.at(key).number for key in ("p05", "p50", "p95"))
    if p05 is None or p50 is None or p95 is None:
        return None
    return p05, p50, p95
