"""From a study file to a result: the one way through the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from narrows.catalog import load_catalog
from narrows.rules import load_pack
from narrows.study.answered import Report, answer
from narrows.study.document import lay_out_result
from narrows.study.facts import Facts
from narrows.study.load import load_study
from narrows.study.result import Result


def run_study(
    name_or_path: str,
    *,
    as_known_on: date | None = None,
    root: Path | None = None,
    report: Report = lambda _: None,
) -> Result:
    """Answer a study.

    Parameters
    ----------
    name_or_path
        A packaged study's name or the path of a study file.
    as_known_on
        Replaces the study's own day of knowledge.
    root
        Data folder of catalogue and rules; the packaged one by default.
    report
        Called with a few words before each longer step.

    Raises
    ------
    InputError
        The study is not well formed.
    RefusalError
        A fact without which there is no answer is missing.
    NoPlanExistsError
        No plan satisfies the rules; names the rule and the quarter.
    """
    report("reading the catalogue")
    catalog = load_catalog(root)
    study = load_study(name_or_path, catalog).study
    if as_known_on is not None:
        study = replace(study, as_known_on=as_known_on)
    facts = Facts(catalog.as_known_on(study.as_known_on), study)
    answered = answer(facts, load_pack(root if root is None else root / "rules"), report)
    return lay_out_result(answered, report)
