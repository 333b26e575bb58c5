"""A serving question with its names resolved, and its three kinds of answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from narrows.catalog import Catalog, Model
from narrows.cli.progress import Report
from narrows.cli.serve_options import PUE_USUAL, Asked, Cost, Run
from narrows.core import InputError, Json, RefusalError
from narrows.performance.serving import (
    Money,
    Opinion,
    PhaseRates,
    Place,
    ServingPrediction,
    Setting,
    compare_phases,
    model_named,
    money_of,
    opinion_of,
    phases_tree,
    place_named,
    question_tree,
    ranking_tree,
    search,
    setting,
    tradeoff,
    tradeoff_tree,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be served, on how many packages, under which limits."""

    catalog: Catalog
    model: Model
    chips: int
    asked: Asked
    run: Run


@dataclass(frozen=True, slots=True)
class Refused:
    """A system that cannot be answered for, and why."""

    system: str
    reason: str

    def tree(self) -> Json:
        """Return it as a mapping."""
        return {"system": self.system, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Deployments of one system, best first, and what tokens of the first cost."""

    found: tuple[ServingPrediction, ...]
    money: Money
    opinion: Opinion | Refused | None = None

    def tree(self) -> dict[str, Json]:
        """Return it as a mapping."""
        tree = ranking_tree(self.found, self.money)
        if isinstance(self.opinion, Opinion):
            chips = self.found[0].chips
            tree["second_opinion"] = {
                "tables": self.opinion.tables,
                "output_tokens_per_s_per_chip": self.opinion.output_rate / chips,
                "tpot_ms": self.opinion.tpot_ms,
                "ttft_ms": self.opinion.ttft_ms,
                "waits": self.opinion.waits,
            }
        if isinstance(self.opinion, Refused):
            tree["second_opinion"] = self.opinion.tree()
        return tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Decode and prefill of several systems, the reference last, and who cannot be answered."""

    rates: tuple[PhaseRates, ...]
    refused: tuple[Refused, ...]

    def tree(self) -> dict[str, Json]:
        """Return it as a mapping."""
        refused: list[Json] = [each.tree() for each in self.refused]
        return {"phases": phases_tree(self.rates), "refused": refused}


def question_of(
    catalog: Catalog, model: str, place: Place, chips: int | None, asked: Asked, run: Run
) -> Question:
    """Return the question; without a number of packages it is about one system.

    Raises
    ------
    InputError
        The number of packages is open.
    """
    count = place.packages if chips is None else chips
    if count is None:
        raise InputError("the number of chips is open", "give --chips", fieldname="chips")
    return Question(
        catalog=catalog, model=model_named(catalog, model), chips=count, asked=asked, run=run
    )


def ranked(question: Question, place: Place, cost: Cost) -> Ranked:
    """Return the best deployments on a place, and what tokens of the first cost."""
    found = search(
        question.model,
        place.chip,
        question.asked.load,
        chips=question.chips,
        limits=question.asked.limits,
        system=place.system,
        deployment=place.deployed(question.run.deployment),
    )
    money = money_of(
        found[0].output_rate_per_chip,
        place.chip,
        place.system,
        usd_per_chip_hour=cost.usd_per_chip_hour,
        pue=PUE_USUAL if cost.pue is None else cost.pue,
    )
    return Ranked(found=found, money=money)


def setting_of(question: Question, place: Place) -> Setting:
    """Return the model on the chip of a place, in its formats, under its engine."""
    deployed = place.deployed(question.run.deployment)
    return setting(question.model, place.chip, system=place.system, deployment=deployed)


def asked_second(question: Question, place: Place, first: ServingPrediction) -> Opinion | Refused:
    """Return the second opinion on a deployment, or why there is none."""
    try:
        return opinion_of(setting_of(question, place), question.model, first, question.asked.load)
    except RefusalError as error:
        return Refused(place.name, error.reason)


def compared(question: Question, against: Sequence[str], on: str) -> Compared:
    """Return both phases of each system beside ``on``; who is refused is listed apart.

    Raises
    ------
    RefusalError
        The reference itself cannot be answered for.
    """
    (reference,) = _phases(question, [on])
    rates, refused = [], []
    for name in against:
        try:
            rates.append(_phases(question, [name, on])[0])
        except RefusalError as error:
            refused.append(Refused(name, error.reason))
    return Compared(rates=(*rates, reference), refused=tuple(refused))


def _phases(question: Question, systems: Sequence[str]) -> tuple[PhaseRates, ...]:
    return compare_phases(
        question.catalog,
        question.model,
        systems,
        chips=question.chips,
        load=question.asked.load,
        limits=question.asked.limits,
        deployment=question.run.deployment,
    )


def page_tree(
    question: Question, names: Sequence[str], phases: Sequence[PhaseRates], report: Report
) -> dict[str, Json]:
    """Return the mapping of ``serving.json``: frontier and curve of each system, both phases.

    Raises
    ------
    RefusalError
        No system can be answered for.
    """
    systems, refused = [], []
    for name in names:
        report(name)
        try:
            systems.append(_tradeoff(question, name))
        except RefusalError as error:
            refused.append(Refused(name, error.reason))
    if not systems:
        raise RefusalError("; ".join(f"{each.system}: {each.reason}" for each in refused))
    model = question.model
    asked = question_tree(model.id, model.name, question.asked.load, question.asked.limits)
    return {
        "study": {"name": f"narrows serve {model.id}"},
        "question": {**asked, "chips": question.chips},
        "systems": list(systems),
        "phases": phases_tree(phases),
        "refused": [each.tree() for each in refused],
        "sources": {},
        "derivations": {},
    }


def _tradeoff(question: Question, name: str) -> Json:
    place = place_named(question.catalog, name)
    found = tradeoff(
        question.model,
        place.chip,
        question.asked.load,
        chips=question.chips,
        limits=question.asked.limits,
        system=place.system,
        deployment=place.deployed(question.run.deployment),
    )
    return tradeoff_tree(name, _shown_name(place), found)


def _shown_name(place: Place) -> str:
    """Return the chip's name, with the engine where one is named."""
    return place.chip.name if place.engine is None else f"{place.chip.name} ({place.engine})"
