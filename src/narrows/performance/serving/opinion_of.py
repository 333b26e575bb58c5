"""Our prediction put to the second opinion, and what came back beside it."""

from __future__ import annotations

from narrows.catalog import Model
from narrows.performance.serving.candidate import accepting
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.predict import ServingPrediction
from narrows.performance.serving.question import Load, Setting
from narrows.performance.serving.second_opinion import Opinion, PeerQuestion, second_opinion
from narrows.performance.serving.speculation import tokens_per_step


def opinion_of(
    asked: Setting,
    model: Model,
    found: ServingPrediction,
    load: Load,
    *,
    knowledge: Knowledge | None = None,
) -> Opinion:
    """Return what aiconfigurator says of a deployment of ours, at the same batch and acceptance.

    Raises
    ------
    InputError, RefusalError
        As :func:`second_opinion`.
    """
    known = load_knowledge() if knowledge is None else knowledge
    return second_opinion(
        PeerQuestion(
            model=model.id,
            chip=asked.chip,
            engine=asked.engine.id,
            weights=found.weights,
            cache=found.cache,
            found=found.candidate,
            is_moe=asked.shape.moe_layers > 0,
            input_tokens=load.input_tokens,
            output_tokens=load.output_tokens,
            cached_tokens=load.cached_tokens,
            drafts=load.drafts,
            accepted=_accepted(asked, load, known),
        )
    )


def _accepted(asked: Setting, load: Load, known: Knowledge) -> float:
    """Return drafts accepted a step: as the load states, else as we have it from measurements."""
    accept = accepting(known.central(asked.member), load).draft_accept
    return float(tokens_per_step(load.drafts, accept).ravel()[0]) - 1
