"""Our serving model beside aiconfigurator 0.12 on the same published rows.

The peer brings a table library of its own, so it gets an environment of its own:

    python -m venv .venv-peers
    .venv-peers/bin/pip install 'aiconfigurator==0.12.*' highspy pydantic pyyaml babel
    PYTHONPATH=src .venv-peers/bin/python bench/serving_aiconfigurator.py [ROWS.csv]

Both answer the full NVIDIA rows that carry a token time or an output rate, judged by the figure
by which ``narrows validate serving`` judges. Both get the row's lengths, batch and degrees, and
the same freedom where a row leaves something open: of the layouts that its degrees allow the one
with the highest rate counts, and where all requests are queued the largest batch that fits in
memory as each sees it, the peer's prompts in pieces of one prompt or of the engine's size,
whichever it finds faster. Acceptance of drafts is the row's own, else ours, for both. A row that
the peer cannot answer counts for neither. With a path, every row is written there.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import yaml

from narrows.catalog import load_catalog, load_serving_runs
from narrows.core import RefusalError
from narrows.performance.serving.answer import answer
from narrows.performance.serving.arrays import array
from narrows.performance.serving.calibrate import measured
from narrows.performance.serving.candidate import Candidate
from narrows.performance.serving.cases import Case
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.memory import sequences_that_fit
from narrows.performance.serving.phases import Phase
from narrows.performance.serving.plan import Plan
from narrows.performance.serving.rows import predict_case
from narrows.performance.serving.runs import Run, as_row, read_runs
from narrows.performance.serving.score import Pair, Score, score
from narrows.performance.serving.second_opinion import Opinion, PeerQuestion, second_opinion
from narrows.performance.serving.speculation import tokens_per_step
from narrows.performance.serving.validate import maker

TIMES_CLOSER = 1.5
"""What the project asks of itself at the median."""
LAYOUTS_MAX = 12
"""Open layouts that the peer is asked about, in the order of our rate."""
MAX_SEQUENCES = 2048
"""The default of TensorRT-LLM, whose runs are the ones with all requests queued."""
REPORTED = 25
"""Rows between two lines of progress."""
SHRINK = 2.0**-0.5
"""Step of the search for the largest batch that the peer finds room for."""


@dataclass(frozen=True, slots=True)
class Told:
    """One row: measured, ours and theirs, or why they could not tell."""

    run: Run
    kind: str
    measured: float
    ours: float
    theirs: float | None
    reason: str


def main() -> int:
    """Ask both, print the scores, and say whether we are as close as we ask of ourselves."""
    known = load_knowledge()
    rows = [as_row(row) for row in load_serving_runs() if row.completeness == "full"]
    runs, _ = read_runs(load_catalog(), rows)
    judged = [r for r in runs if measured(r) and maker(r.case.device.family) == "NVIDIA"]
    start = time.process_time()
    told = []
    with _quick_yaml():
        for number, run in enumerate(judged, start=1):
            told.append(_tell(run, known))
            if number % REPORTED == 0:
                print(f"{number} of {len(judged)} rows", file=sys.stderr, flush=True)
    ratios = [_report(split, told) for split in ("calibrate", "test")]
    _reasons(told)
    print(f"CPU s: {time.process_time() - start:.0f}")
    if len(sys.argv) > 1:
        _write(Path(sys.argv[1]), told)
    return 0 if ratios[1] >= TIMES_CLOSER else 1


def _quick_yaml() -> AbstractContextManager[object]:
    """Let the peer, which reads some 500 YAML files for every question, read them in C.

    It names the loader itself and takes no other; both loaders give the same.
    """
    return patch.object(yaml, "SafeLoader", yaml.CSafeLoader)


def _tell(run: Run, known: Knowledge) -> Told:
    kind, value = measured(run) or ("", 0.0)
    ours = _ours(run, kind, known)
    try:
        opinion = _theirs(run, known)
    except RefusalError as error:
        return Told(run, kind, value, ours, None, error.reason)
    return Told(run, kind, value, ours, _figure(run.case, opinion, kind), opinion.tables)


def _ours(run: Run, kind: str, known: Knowledge) -> float:
    found = predict_case(run.case, run.plan, known)
    if kind == "tpot":
        return float(found.tpot_ms or "nan") / 1e3
    return float(found.output_tok_s_total or "nan")


def _figure(case: Case, opinion: Opinion, kind: str) -> float:
    if kind == "tpot":
        return opinion.tpot_ms / 1e3
    if kind == "batch":
        return (opinion.ttft_ms + opinion.tpot_ms * case.output_tokens) / 1e3
    return opinion.output_rate


def _theirs(run: Run, known: Knowledge) -> Opinion:
    """Return their best answer over the layouts that the row leaves open."""
    if run.case.phase is Phase.PREFILL:
        raise RefusalError("a prefill run has no token time", ("tpot_ms",))
    found, reasons = [], []
    for candidate in _candidates(run.plan, run.case, known):
        try:
            question = _question(run.case, candidate, known)
            found.append(_fullest(question, run.case))
        except RefusalError as error:
            reasons.append(error.reason)
    if not found:
        raise RefusalError(reasons[0], ("layout",))
    return max(found, key=lambda each: each.output_rate)


def _candidates(plan: Plan, case: Case, known: Knowledge) -> list[Candidate]:
    """Return the layouts that a row leaves open; of too many those that we find fastest."""
    merit = answer(case, plan, known.central(case.member)).merit.ravel()
    order = (-merit).argsort(kind="stable")[:LAYOUTS_MAX]
    return [_candidate(plan.only(int(index)), case) for index in order]


def _candidate(plan: Plan, case: Case) -> Candidate:
    instances = int(plan.instances[0])
    front = plan.prefill_instances
    return Candidate(
        layout=plan.layout,
        instances=instances,
        prefill_layout=plan.prefill_layout,
        prefill_instances=0 if front is None else int(front[0]),
        sequences=None if case.clients is None else max(case.clients / instances, 1.0),
        decode_only=case.phase is Phase.DECODE,
    )


def _question(case: Case, found: Candidate, known: Knowledge) -> PeerQuestion:
    return PeerQuestion(
        model=case.model.id,
        chip=case.device.name,
        engine=case.engine.id,
        weights=str(case.scheme.experts.weights),
        cache=str(case.scheme.cache),
        found=found,
        is_moe=case.shape.moe_layers > 0,
        input_tokens=case.input_tokens,
        output_tokens=max(case.output_tokens, 2.0),
        cached_tokens=case.cached_tokens,
        drafts=round(case.drafts),
        accepted=_accepted(case, known),
    )


def _accepted(case: Case, known: Knowledge) -> float:
    accept = known.central(case.member).draft_accept
    if case.accept is not None:
        accept = accept * 0 + min(case.accept, 0.99)
    return float(tokens_per_step(case.drafts, accept).ravel()[0]) - 1


def _fullest(question: PeerQuestion, case: Case) -> Opinion:
    """Return the answer at the row's batch, or at the largest one that they find room for."""
    if question.found.sequences is not None:
        return second_opinion(question)
    plain, sequences = _filled(question, _ours_fit(case, question.found.layout))
    chunked, _ = _filled(replace(question, chunk_tokens=case.engine.chunk_tokens), sequences)
    return max(plain, chunked, key=lambda told: told.output_rate)


def _ours_fit(case: Case, layout: Layout) -> float:
    """Return the sequences that we find room for: where the search for theirs begins."""
    context = array(case.input_tokens + case.output_tokens / 2)
    fit = sequences_that_fit(case.device, case.engine, case.shape, case.scheme, layout, context)
    return float(fit.ravel()[0])


def _filled(question: PeerQuestion, start: float) -> tuple[Opinion, float]:
    """Return the answer at the largest batch that fits, found from a start, and the batch."""
    least = float(question.found.layout.dp[0])
    most = MAX_SEQUENCES * least
    sequences = min(max(start, least), most)
    opinion = _roomy(question, sequences)
    while opinion is None and sequences > least:
        sequences = max(sequences * SHRINK, least)
        opinion = _roomy(question, sequences)
        if opinion is not None:
            return opinion, sequences
    if opinion is None:
        return second_opinion(question, sequences=least), least
    while sequences < most:
        more = min(sequences / SHRINK, most)
        next_opinion = _roomy(question, more)
        if next_opinion is None:
            break
        opinion, sequences = next_opinion, more
    return opinion, sequences


def _roomy(question: PeerQuestion, sequences: float) -> Opinion | None:
    """Return the answer at a batch, or ``None`` where they find no room for it."""
    opinion = _tried(question, sequences)
    return None if opinion is None or opinion.waits else opinion


def _tried(question: PeerQuestion, sequences: float) -> Opinion | None:
    try:
        return second_opinion(question, sequences=sequences)
    except RefusalError as error:
        if "OOM" in str(error) or "memory" in str(error):
            return None
        raise


def _report(split: str, told: Sequence[Told]) -> float:
    rows = [each for each in told if each.run.split == split]
    answered = [each for each in rows if each.theirs is not None]
    ours = score("ours", [_pair(each, each.ours) for each in answered], len(rows))
    theirs = score("theirs", [_pair(each, each.theirs or 0.0) for each in answered], len(rows))
    print(f"{split}: aiconfigurator answers {len(answered)} of {len(rows)} rows")
    for name, one in (("ours", ours), ("aiconfigurator", theirs)):
        print(f"  {name:15} {_line(one)}")
    ratio = theirs.median / ours.median
    rows_ratio = theirs.rows_median / ours.rows_median
    print(f"  median theirs / ours: {ratio:.2f} by cell, {rows_ratio:.2f} by row")
    for kind in sorted({each.kind for each in answered}):
        part = [each for each in answered if each.kind == kind]
        mine = score("", [_pair(each, each.ours) for each in part], len(part))
        peer = score("", [_pair(each, each.theirs or 0.0) for each in part], len(part))
        print(f"    {kind} ({len(part)}): {mine.median:.1%} ours, {peer.median:.1%} theirs")
    return ratio


def _line(one: Score) -> str:
    return (
        f"median {one.median:.1%} by cell, {one.rows_median:.1%} by row; "
        f"90th percentile {one.p90:.1%}; bias {one.bias:+.2f}"
    )


def _pair(each: Told, predicted: float) -> Pair:
    return Pair(
        id=each.run.case.id,
        group="",
        cell=each.run.cell,
        measured=each.measured,
        predicted=predicted,
        low=predicted,
        high=predicted,
    )


def _reasons(told: Sequence[Told]) -> None:
    counts = Counter(each.reason[:110] for each in told if each.theirs is None)
    for reason, count in counts.most_common():
        print(f"not answered, {count}: {reason}")


def _write(path: Path, told: Sequence[Told]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "split", "figure", "measured", "ours", "theirs", "tables or reason"))
        for each in told:
            writer.writerow(
                (
                    each.run.case.id,
                    each.run.split,
                    each.kind,
                    each.measured,
                    each.ours,
                    "" if each.theirs is None else each.theirs,
                    each.reason,
                )
            )


if __name__ == "__main__":
    sys.exit(main())
