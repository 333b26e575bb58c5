"""``narrows rules check``: what the rules of a day ask of one movement of one chip, and why."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from rich.text import Text
from rich.tree import Tree

from narrows.cli.rules_speech import (
    AsJson,
    Language,
    Say,
    Switch,
    chip_facts,
    print_json,
    terminal,
    voice,
)
from narrows.core import GATE_ORDER, InputError, Truth, message, parse_document, read_document

if TYPE_CHECKING:
    from narrows.catalog import Chip
    from narrows.rules import Facts, FactValue, Pack, Told, Verdict

PostureWord = Literal["codified", "enforced", "cautious"]
MovementWord = Literal["export", "reexport", "transfer"]
FormWord = Literal["wafer", "die", "package", "board", "server", "rack"]
NEGATIVE = 1


def check(
    chip: str,
    *,
    destination: str,
    on: date,
    as_known_on: date | None = None,
    from_state: Annotated[str, Parameter(name="--from")] = "US",
    movement: MovementWord = "export",
    headquarters: tuple[str, ...] = (),
    form: FormWord = "package",
    from_foundry: Switch = False,
    screened: Switch = False,
    fact: tuple[str, ...] = (),
    facts: Path | None = None,
    register: Path | None = None,
    posture: PostureWord = "enforced",
    proof: Switch = False,
    everything: Annotated[bool, Parameter(name="--all", negative=())] = False,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Say what the rules of a day, as known then, ask of one movement of one chip, and why.

    Exit status 1 where the answer is negative: a presumption of denial, a bar, a prohibition.

    Parameters
    ----------
    chip
        An id or a name as people write it.
    destination, from_state
        ISO codes of the states that the leg reaches and leaves.
    on
        The day whose law applies.
    as_known_on
        Use only what was public on this day; the day itself where left out.
    movement
        export, reexport or transfer.
    headquarters
        States in which a party or its ultimate parent is headquartered; unknown where left out.
    form
        What moves: wafer, die, package, board, server or rack.
    from_foundry
        The exporter is the foundry or assembly house that made it.
    screened
        You state that the parties were screened and nothing was found.
    fact
        A further fact, as id=value; may be given several times.
    facts
        A YAML file of facts by id.
    register
        A YAML file of the notices that your firm holds.
    posture
        codified, enforced, or cautious: all layers, the strictest wins.
    proof
        Print the whole proof.
    everything
        Print every question, also those that move no gate.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.catalog import load_catalog
    from narrows.rules import Outcome, Posture, load_pack, outcome, read_notices, with_notices

    known_on = as_known_on or on
    record = load_catalog().as_known_on(known_on).chip(chip)
    pack = load_pack()
    if register is not None:
        pack = with_notices(pack, read_notices(register), known_on=known_on)
    leg: Facts = {
        "leg_from": from_state.upper(),
        "destination": destination.upper(),
        "movement": movement,
        "item_form": form,
        "exporter_is_fab_or_osat": from_foundry,
        **_headquarters(headquarters),
    }
    given = {**chip_facts(record, pack), **leg, **_stated(screened, fact, facts)}
    regime = pack.at(on=on, known_on=known_on, posture=Posture(posture))
    asked = [name for name in regime.questions if name.startswith(SIDE)]
    verdict = regime.decide(given, *asked)
    found = outcome(verdict)
    depth = DEPTH_OF_PROOF_MAX if proof else DEPTH_OF_ANSWER
    if as_json:
        _print_json(verdict, pack, str(found))
    else:
        _print_verdict(_shown(verdict, everything), pack, record, str(found), lang, depth)
    return NEGATIVE if found is Outcome.SHUT else 0


SIDE = "us."
"""The questions of one side; a route asks the others."""


def _headquarters(states: tuple[str, ...]) -> Facts:
    if not states:
        return {}
    return {
        "party_headquarters": frozenset(state.upper() for state in states),
        "end_user_headquarters": states[0].upper(),
    }


def _stated(screened: bool, fact: tuple[str, ...], facts: Path | None) -> Facts:  # noqa: FBT001 - a flag of the command line
    from narrows.rules import SCREENED

    stated: dict[str, FactValue] = dict(SCREENED) if screened else {}
    if facts is not None:
        stated.update(_facts_of(read_document(facts).tree, facts))
    for pair in fact:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise InputError("not a fact", "write id=value", fieldname="--fact", value=pair)
        stated.update(_facts_of({name.strip(): parse_document(value.strip()).tree}, None))
    return stated


def _facts_of(tree: object, file: Path | None) -> Facts:
    from narrows.rules import as_fact

    if not isinstance(tree, dict):
        raise InputError("facts are a mapping", "write `id: value` on each line", file=file)
    return {str(name): as_fact(value) for name, value in tree.items()}


def _print_json(verdict: Verdict, pack: Pack, found: str) -> None:
    from narrows.rules import verdict_tree

    tree = {"outcome": found, "verdict": verdict_tree(verdict, pack)}
    print_json(tree)


def _shown(verdict: Verdict, everything: bool) -> Verdict:  # noqa: FBT001 - a flag of the command line
    """Return the answers to print: gates in their order first, then what else was found."""
    gates = [*GATE_ORDER, None]
    kept = [
        answer
        for answer in verdict.answers
        if everything or answer.truth is Truth.TRUE or (answer.checked and answer.question.gate)
    ]
    ordered = sorted(kept, key=lambda one: (gates.index(one.question.gate), one.question.id))
    return verdict._replace(answers=tuple(ordered))


def _print_verdict(
    verdict: Verdict, pack: Pack, chip: Chip, found: str, lang: Language, depth: int
) -> None:
    from narrows.rules import footer, told

    say = voice(lang)
    out = terminal()
    place = str(verdict.facts["destination"])
    headline = message("rules.verdict.finding", chip=chip.name, destination=place, outcome=found)
    out.print(say(headline), style="bold", markup=False)
    out.print(say(footer(verdict)), markup=False)
    for line in told(verdict, pack):
        out.print(_branch(line, say, depth))
    out.print(say(message("rules.label.other_sides")), markup=False)


DEPTH_OF_ANSWER = 1
DEPTH_OF_PROOF_MAX = 40
"""As deep as a tree may nest."""


def _branch(line: Told, say: Say, depth: int) -> Tree:
    cites = "".join(f"\n[{cite}]" for cite in line.cites)
    branch = Tree(Text(say(line.message) + cites))
    if depth > 0:
        for child in line.below:
            branch.add(_branch(child, say, depth - 1))
    return branch
