"""``narrows rules check``: what the rules of a day ask of one movement of one chip, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from rich.text import Text
from rich.tree import Tree

from narrows.cli.options import AsJson, InForceOn, Language, knowledge_of
from narrows.cli.rules_case import LegWords, Stated, Switch
from narrows.cli.rules_gates import gate_rows, gate_table, judge_leg
from narrows.cli.rules_speech import Say, chip_facts, print_json, terminal, voice
from narrows.core import COMPILED_ON, GATE_ORDER, GateState, Truth, message

if TYPE_CHECKING:
    from narrows.catalog import Chip
    from narrows.rules import Pack, RouteVerdict, Told, Verdict

PostureWord = Literal["codified", "enforced", "cautious"]
NEGATIVE = 1
SIDE = "us."
"""The side whose questions are told one by one; the gates speak for all sides."""
DEPTH_OF_ANSWER = 1
DEPTH_OF_PROOF_MAX = 40
"""As deep as a tree may nest."""


def check(
    chip: str,
    *,
    leg: LegWords,
    stated: Stated = Stated(),  # noqa: B008 - frozen
    on: InForceOn = COMPILED_ON,
    as_known_on: date | None = None,
    posture: PostureWord = "enforced",
    proof: Switch = False,
    everything: Annotated[bool, Parameter(name="--all", negative=())] = False,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Say what the rules of a day, as known then, ask of one movement of one chip, and why.

    Exit status 1 where the answer is negative: a presumption of denial, a bar, a shut gate.

    Parameters
    ----------
    chip
        An id or a name as people write it.
    on
        The day whose law applies.
    as_known_on
        Use only what was public on this day; the day itself where left out.
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
    from narrows.rules import Posture

    known_on = knowledge_of(as_known_on or on)
    record = load_catalog().as_known_on(known_on).chip(chip)
    regime = _pack(stated, known_on).at(on=on, known_on=known_on, posture=Posture(posture))
    facts = stated.as_facts()
    asked = [name for name in regime.questions if name.startswith(SIDE)]
    given = {**chip_facts(record, regime.pack), **leg.facts, **facts}
    found = Found(record, regime.decide(given, *asked), judge_leg(regime, record, leg, facts))
    if as_json:
        found.print_json()
    else:
        found.print_text(
            lang, depth=DEPTH_OF_PROOF_MAX if proof else DEPTH_OF_ANSWER, all_=everything
        )
    return NEGATIVE if found.negative else 0


def _pack(stated: Stated, known_on: date) -> Pack:
    from narrows.rules import load_pack, read_notices, with_notices

    pack = load_pack()
    if stated.register is None:
        return pack
    return with_notices(pack, read_notices(stated.register), known_on=known_on)


class Found:
    """What was found of one movement: the answers of one side, and the gates of all."""

    def __init__(self, chip: Chip, verdict: Verdict, gates: RouteVerdict) -> None:
        from narrows.rules import outcome

        self.chip = chip
        self.verdict = verdict
        self.gates = gates
        self.pack = verdict.regime.pack
        self.outcome = outcome(verdict)

    @property
    def negative(self) -> bool:
        """Whether the rules shut the way on these facts."""
        from narrows.rules import Outcome

        shut = any(reading.state is GateState.SHUT for reading in self.gates.row)
        return shut or self.outcome is Outcome.SHUT

    def print_json(self) -> None:
        """Print the whole finding for a program."""
        from narrows.rules import verdict_tree

        tree = {
            "outcome": str(self.outcome),
            "gates": gate_rows(self.gates),
            "verdict": verdict_tree(self.verdict, self.pack),
        }
        print_json(tree)

    def print_text(self, lang: Language, *, depth: int, all_: bool) -> None:
        """Print the finding, the gates, then each answer with its cards and missing facts."""
        from narrows.rules import footer, told

        say, out = voice(lang), terminal()
        values = {"chip": self.chip.name, "destination": str(self.verdict.facts["destination"])}
        headline = message("rules.verdict.finding", outcome=str(self.outcome), **values)
        out.print(say(headline), style="bold", markup=False)
        out.print(say(footer(self.verdict)), markup=False)
        out.print(gate_table(self.gates, lang))
        kept = self.verdict if all_ else in_gate_order(self.verdict)
        for line in told(kept, self.pack):
            out.print(branch(line, say, depth))


def in_gate_order(verdict: Verdict) -> Verdict:
    """Return the answers that move a gate, in the order of the gates, then what else was found."""
    gates = [*GATE_ORDER, None]
    kept = [
        answer
        for answer in verdict.answers
        if answer.truth is Truth.TRUE or (answer.checked and answer.question.gate)
    ]
    ordered = sorted(kept, key=lambda one: (gates.index(one.question.gate), one.question.id))
    return verdict._replace(answers=tuple(ordered))


def branch(line: Told, say: Say, depth: int) -> Tree:
    """Return a line with what it rests on, as deep as asked."""
    cites = "".join(f"\n[{cite}]" for cite in line.cites)
    tree = Tree(Text(say(line.message) + cites))
    if depth > 0:
        for child in line.below:
            tree.add(branch(child, say, depth - 1))
    return tree
