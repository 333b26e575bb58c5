"""The best ways to serve a load under latency limits, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from narrows.catalog import Chip, Model, System
from narrows.core import Estimate, InputError
from narrows.performance.serving.arrays import Array
from narrows.performance.serving.candidate import Candidate, alike, caps, states
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.predict import ServingPrediction, describe
from narrows.performance.serving.question import (
    CHIPS_MAX,
    Deployment,
    Limits,
    Load,
    Setting,
    setting,
)
from narrows.performance.serving.rank import none_meets, rank
from narrows.performance.serving.steady import Caps
from narrows.performance.serving.supplied import all_supplied

SHOWN = 8
"""Finalists that get intervals."""
TRIED = 32
"""Candidates that are held to what prefill feeds: cutting sequences changes their order."""
REMEMBERED = 512
"""Searches whose answers are kept: the days of a long replay ask some hundred different ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """All that an answer depends on beside what is known of the constants; two may be equal."""

    model: Model
    chip: Chip
    system: System | None
    load: Load
    chips: int
    limits: Limits
    deployment: Deployment
    shown: int


def search(
    model: Model,
    chip: Chip,
    load: Load,
    *,
    chips: int,
    limits: Limits | None = None,
    system: System | None = None,
    deployment: Deployment | None = None,
    knowledge: Knowledge | None = None,
    shown: int = SHOWN,
) -> tuple[ServingPrediction, ...]:
    """Return the best ways to serve a load on ``chips`` packages, best first.

    One pool and two pools are both tried; every batch size that fits and meets the limits (on
    mean latencies) counts. ``load.clients`` is not used: the search sets the load. Answers by the
    packaged knowledge are remembered, since a study asks much the same of every day and option.

    Raises
    ------
    RefusalError
        The model does not fit, or no deployment meets the limits; the reason names the nearest.
    """
    if not 1 <= chips <= CHIPS_MAX:
        raise InputError(
            "out of range", f"give 1 to {CHIPS_MAX} chips", fieldname="chips", value=chips
        )
    chosen = Deployment() if deployment is None else deployment
    question = _Question(
        model=model,
        chip=chip,
        system=system,
        load=load,
        chips=chips,
        limits=Limits() if limits is None else limits,
        deployment=replace(chosen, layout=None, prefill_layout=None),
        shown=shown,
    )
    return _by_packaged(question) if knowledge is None else _answer(question, knowledge)


@lru_cache(maxsize=REMEMBERED)
def _by_packaged(question: _Question) -> tuple[ServingPrediction, ...]:
    return _answer(question, load_knowledge())


def _answer(question: _Question, known: Knowledge) -> tuple[ServingPrediction, ...]:
    chosen, load = question.deployment, question.load
    asked = setting(question.model, question.chip, system=question.system, deployment=chosen)
    devices = question.chips * asked.device.per_chip
    ranked = rank(asked, load, devices, question.limits, known, chosen.max_seqs)
    tried, shown = ranked[: max(question.shown, TRIED)], question.shown
    finalists = _finalists(asked, tried, load, question.limits, known, chosen.max_seqs, shown)
    if not finalists:
        raise none_meets(asked, devices)
    return tuple(
        describe(asked, found, load, known, max_seqs=chosen.max_seqs, searched=True)
        for found in finalists
    )


def _finalists(
    asked: Setting,
    ranked: list[Candidate],
    load: Load,
    limits: Limits,
    known: Knowledge,
    max_seqs: int | None,
    shown: int,
) -> list[Candidate]:
    """Return the ``shown`` best candidates with the sequences that prefill feeds in time."""
    fed = all_supplied(asked, ranked, load, limits, known, max_seqs)
    rates = _output_rates(asked, fed, load, caps(asked, max_seqs), known.central(asked.member))
    return [fed[i] for i in np.argsort(-rates, kind="stable")[:shown]]


def _output_rates(
    asked: Setting, found: list[Candidate], load: Load, bounds: Caps, constants: Constants
) -> Array:
    """Return output tokens a second of each candidate, those of a kind computed at once."""
    rates = np.zeros(len(found))
    two = np.array([each.prefill_layout is not None for each in found])
    for places in (np.flatnonzero(two), np.flatnonzero(~two)):
        if places.size:
            kind = alike([found[i] for i in places])
            rates[places] = states(asked, kind, load, bounds, constants).output_rate
    return rates


def best_rate(
    model: Model,
    chip: Chip,
    load: Load,
    *,
    chips: int,
    limits: Limits | None = None,
    system: System | None = None,
    deployment: Deployment | None = None,
    knowledge: Knowledge | None = None,
) -> Estimate:
    """Return generated tokens a second of one package in the best deployment under the limits.

    Raises
    ------
    RefusalError
        As :func:`search`.
    """
    found = search(
        model,
        chip,
        load,
        chips=chips,
        limits=limits,
        system=system,
        deployment=deployment,
        knowledge=knowledge,
        shown=1,
    )
    return found[0].output_rate_per_chip
