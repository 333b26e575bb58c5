"""The short answer of a replay: what came, then each quarter's statement, then its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from narrows.core import Figure, GateState
from narrows.study.replay_day import Day, gate_row, leading, shown_orders
from narrows.study.replay_happened import DELIVERED, ORDERED, Happened, stage_figure
from narrows.study.replay_scores import came_true
from narrows.study.say import say
from narrows.study.schema import Origin

Said = dict[str, object]
NONE = "none"
STAGES_TOLD = (ORDERED, "approved_in_china", "licensed_in_us", DELIVERED)
"""Stock is on the page: it is what could be sold, not what came of the orders."""


def replay_headline(
    days: Sequence[Day], happened: Happened, scored: Mapping[str, object], regrets: Sequence[Said]
) -> list[Said]:
    """Return label and messages in terminal order; a line without a finding is left out."""
    lines: list[tuple[str, list[Said]]] = [
        ("ANSWER", _answer(days, happened)),
        *((day.quarter, _quarter(day, happened)) for day in days),
        ("HAPPENED", _happened(happened)),
        ("REGRET", list(regrets)),
        ("SCORES", _scores(scored)),
        ("TRUST", [say("replay.trust")]),
    ]
    return [{"label": label, "messages": messages} for label, messages in lines if messages]


def _answer(days: Sequence[Day], happened: Happened) -> list[Said]:
    first = days[0]
    said: list[Said] = []
    until, large = happened.delivered_until, first.large
    if until is not None and large is not None:
        ordered = large.chance.inputs[0]
        most = happened.delivered[-1].high_so_far
        system = leading(first)
        said.append(
            say("replay.answer.happened", ordered=ordered, system=system, most=most, until=until)
        )
    if large is not None:
        said.append(
            say(
                "replay.answer.chance",
                date=first.known_on,
                chance=large.chance,
                large=large.large,
                by=large.by,
            )
        )
    return said or [say("replay.answer.nothing", date=first.known_on)]


def _quarter(day: Day, happened: Happened) -> list[Said]:
    if day.refused is not None:
        return [dict(day.refused), *_large(day, happened)]
    gates = _gates(day)
    said = [say("replay.gates", gates=gates)] if gates else []
    return [*said, *_orders(day), *_large(day, happened)]


def _gates(day: Day) -> list[Said]:
    """Return the gates of the leading import option by the state that the rules read."""
    by_state: dict[object, list[object]] = {}
    for reading in gate_row(day):
        if reading["state"] not in (GateState.NOT_CHECKED, GateState.UNKNOWN):
            by_state.setdefault(reading["state"], []).append(
                say("replay.gate", gate=reading["gate"])
            )
    return [say("replay.state", state=state, gates=gates) for state, gates in by_state.items()]


def _orders(day: Day) -> list[Said]:
    shown = shown_orders(day)
    if all(_terms(entry) == NONE for entry in shown):
        return [say("replay.orders.none")]
    orders = [
        say(f"replay.order.{_terms(entry)}", chips=entry["chips"], system=entry["system"])
        for entry in shown
    ]
    return [say("replay.orders", orders=orders)]


def _terms(entry: Mapping[str, object]) -> str:
    chips = entry["chips"]
    if isinstance(chips, Figure) and not chips.value:
        return NONE
    return "refundable" if entry["origin"] is Origin.IMPORT else "firm"


def _large(day: Day, happened: Happened) -> list[Said]:
    large = day.large
    if large is None:
        return []
    came = came_true(large, happened)
    return [
        say(
            "replay.chance",
            chance=large.chance,
            large=large.large,
            by=large.by,
            came=say(f"replay.came.{came.value}"),
        )
    ]


def _happened(happened: Happened) -> list[Said]:
    stages = [
        say(
            f"replay.stage.{'band' if _is_band(happened, stage.stage) else 'one'}",
            stage=stage.stage,
            low=stage_figure(happened, stage, "low"),
            high=stage_figure(happened, stage, "high"),
        )
        for stage in happened.stages
        if stage.stage in STAGES_TOLD and stage.low is not None and stage.high is not None
    ]
    return [say("replay.stages", stages=stages)] if stages else []


def _is_band(happened: Happened, name: str) -> bool:
    stage = happened.stage(name)
    return stage is not None and stage.low != stage.high


def _scores(scored: Mapping[str, object]) -> list[Said]:
    every = scored["all"]
    if not isinstance(every, Mapping):
        return [say("replay.scores.none", until=scored["judged_until"])]
    return [
        say(
            "replay.scores",
            forecasts=every["forecasts"],
            until=scored["judged_until"],
            log_score=every["log_score"],
            equal=scored["equal_chances"],
            persistence=every["persistence_log_score"],
        )
    ]
