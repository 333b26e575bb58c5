"""Classify a product from its figures: paragraph, review for China, tariff band."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from narrows.rules.answer import Answer
from narrows.rules.pack import Pack
from narrows.rules.parameter import Parameter
from narrows.rules.proof import Case
from narrows.rules.quantity import Between, Facts, FactValue
from narrows.rules.regime import Regime
from narrows.rules.verdict import Verdict

TEST_OF_2022 = "us.2022.3a090"
DESIGNERS = "us.register.prc_designers"
CHINA = "CN"
INDETERMINATE = "indeterminate"


class Marketed(StrEnum):
    """Whether a product is designed or marketed for data centres."""

    YES = "Y"
    NO = "N"
    ANSWER_FOR_BOTH = "A"
    """Not found yet: an answer counts only if it is the same either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is known of a product; ``None`` is unknown. Rates are dense, in TOP/s."""

    chip_id: str
    vendor: str | None = None
    marketed: Marketed | None = None
    io_bidirectional_gb_s: float | Between | None = None
    dram_bandwidth_gb_s: float | Between | None = None
    applicable_die_mm2: float | Between | None = None
    dense_tops: float | Between | None = None
    bits: float | Between | None = None
    tpp_published: float | Between | None = None
    origin: str | None = None
    nonplanar_die: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """The answers for one product; ``missing`` names facts, most decisive first."""

    chip_id: str
    tpp: float | Between | None
    performance_density: float | Between | None
    paragraph_2022: str
    paragraph: str
    cn_review: str
    tariff_band: str
    missing: tuple[str, ...]

    @property
    def determined(self) -> bool:
        """Whether every answer is settled."""
        answers = (self.paragraph_2022, self.paragraph, self.cn_review, self.tariff_band)
        return INDETERMINATE not in answers


def classify(pack: Pack, product: Product, *, on: date, known_on: date) -> Classification:
    """Classify one product by the law of a day as known on another.

    The October 2022 test is applied as it stood on that day, or on its last day in force. The
    review is that of a direct export from the United States to an end user in China, every paper
    of the window taken as shown.
    """
    return Classifier(pack, on=on, known_on=known_on).classify(product)


class Classifier:
    """The regimes that a classification needs, cut once for many products."""

    def __init__(self, pack: Pack, *, on: date, known_on: date) -> None:
        self.now = pack.at(on=on, known_on=known_on)
        self.then = pack.at(on=_last_day_of_2022_test(pack, on, known_on), known_on=known_on)
        self.designers = _words(pack.as_known_on(known_on).parameters.get(DESIGNERS))

    def classify(self, product: Product) -> Classification:
        """Classify one product."""
        facts = self.facts(product)
        old = self.then.decide(facts, "us.paragraph_2022")
        new = self.now.decide(facts, "us.paragraph", "us.china_review", "us.tariff_band")
        return Classification(
            chip_id=product.chip_id,
            tpp=_number(self.now, facts, "tpp"),
            performance_density=_number(self.now, facts, "performance_density"),
            paragraph_2022=_word(old.answer("us.paragraph_2022")),
            paragraph=_word(new.answer("us.paragraph")),
            cn_review=_word(new.answer("us.china_review")),
            tariff_band=_word(new.answer("us.tariff_band")),
            missing=tuple(dict.fromkeys((*_missing(new), *_missing(old)))),
        )

    def facts(self, product: Product) -> Facts:
        """Return the facts of a product; a published TPP stands in for an unknown rate or width."""
        facts: dict[str, FactValue] = {
            "dense_tops": product.dense_tops,
            "bits": product.bits,
            "io_bidirectional_gb_s": product.io_bidirectional_gb_s,
            "dram_bandwidth_gb_s": product.dram_bandwidth_gb_s,
            "applicable_die_mm2": product.applicable_die_mm2,
            "nonplanar_die": product.nonplanar_die,
            "datacentre_marketed": _flag(product.marketed),
            "prc_designed": self.prc_designed(product),
        }
        if product.dense_tops is None or product.bits is None:
            facts["tpp"] = product.tpp_published
        return {name: value for name, value in facts.items() if value is not None}

    def prc_designed(self, product: Product) -> bool | None:
        """Return whether a stated origin, or else the vendor's place in the register, says so.

        Where both are blank nobody has said, so it is unknown: ``None``.
        """
        if product.origin is not None:
            return product.origin == CHINA
        if product.vendor is None:
            return None
        return _is_one_of(product.vendor, self.designers)


def _is_one_of(vendor: str, designers: frozenset[str]) -> bool:
    """Return whether a vendor is of the register: by name, or by a name that starts with it.

    What follows is a legal form or a branch: ``Huawei Technologies``, ``华为技术有限公司``.
    """
    written = vendor.casefold()
    return any(_starts(written, designer.casefold()) for designer in designers)


def _starts(written: str, name: str) -> bool:
    if not written.startswith(name):
        return False
    rest = written[len(name) :]
    # Latin names end where a word ends: MetaX does not stand for Meta, nor Biren for Birenson.
    return not rest or not name.isascii() or not rest[0].isalnum()


def _flag(marketed: Marketed | None) -> bool | None:
    if marketed in (None, Marketed.ANSWER_FOR_BOTH):
        return None
    return marketed is Marketed.YES


def _last_day_of_2022_test(pack: Pack, on: date, known_on: date) -> date:
    card = pack.as_known_on(known_on).cards.get(TEST_OF_2022)
    ends = [ending.after for ending in card.ends] if card is not None else []
    return min([on, *ends])


def _words(parameter: Parameter | None) -> frozenset[str]:
    if parameter is None:
        return frozenset()
    listed = (dated.value for dated in parameter.values)
    return frozenset(word for value in listed if isinstance(value, tuple) for word in value)


def _word(answer: Answer) -> str:
    if not answer.checked:
        return answer.question.none.id
    return INDETERMINATE if answer.word is None else answer.word


def _missing(verdict: Verdict) -> Iterable[str]:
    for answer in verdict.answers:
        for one in verdict.missing(answer.question.id):
            yield from one.inputs


def _number(regime: Regime, facts: Facts, fact: str) -> float | Between | None:
    value = Case(facts, regime.recipes)[fact]
    return value if isinstance(value, (int, float, Between)) else None


__all__ = ["Classification", "Classifier", "Marketed", "Product", "classify"]
