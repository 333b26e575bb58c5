"""``narrows futures show|backtest``: what may happen to the gates, and how well that was said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.core import COMPILED_ON, InputError, message

if TYPE_CHECKING:
    from narrows.core import Message
    from narrows.futures import Backtest, GateChains, RegimeChain

Say = Callable[[str], str]

WIDTH = 80
QUARTERS_MAX = 40
"""Ten years; beyond it a chain fitted to four years of events says nothing."""


def show(
    *,
    line: str = "h200",
    as_known_on: date = COMPILED_ON,
    quarters: int = 4,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Show the odds of each gate of a line of products, by quarter.

    Parameters
    ----------
    line
        A line of products, such as h200, h20 or rtx_pro_5500.
    as_known_on
        Use only what was public on this day.
    quarters
        How many quarters ahead.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.catalog import load_catalog
    from narrows.futures import chains_tree, fit_chains

    if not 1 <= quarters <= QUARTERS_MAX:
        raise InputError(
            f"quarters must be 1 to {QUARTERS_MAX}",
            "give a number of them",
            fieldname="--quarters",
            value=quarters,
        )
    chains = fit_chains(load_catalog(), known_on=as_known_on)
    tree = chains_tree(chains, [line], quarters=quarters)
    if as_json:
        print_json(tree)
        return 0
    _print_show(chains, line, quarters, lang)
    return 0


def backtest(*, lang: Language = "en", as_json: AsJson = False) -> int:
    """Score past forecasts of the gates beside persistence and base rate.

    Parameters
    ----------
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.catalog import load_catalog
    from narrows.futures import (
        answer_deliveries,
        backtest_findings,
        backtest_tree,
        delivery_findings,
        funnel_seen,
        funnel_tree,
        happened_finding,
        load_soft_news,
        run_backtest,
        score_hints,
        soft_news_tree,
    )

    catalog = load_catalog()
    done = run_backtest(catalog)
    deliveries = answer_deliveries(catalog, done.plan.deliveries)
    seen = funnel_seen(catalog, known_on=COMPILED_ON)
    if as_json:
        without = replace(load_soft_news(), news=(), lapses=())
        news = soft_news_tree(score_hints(catalog), run_backtest(catalog, soft_news=without))
        tree = {**backtest_tree(done, deliveries), "happened": funnel_tree(seen)}
        print_json({**tree, "soft_news": news})
        return 0
    _print_scores(done, _terms(lang))
    _print_reliability(done, _terms(lang))
    happened = happened_finding(seen)
    told = [*backtest_findings(done), *delivery_findings(deliveries)]
    _print_findings([*told, *([] if happened is None else [happened])], lang)
    return 0


def _print_show(chains: GateChains, line: str, quarters: int, lang: str) -> None:
    from narrows.core import RefusalError
    from narrows.futures import gate_findings, regime_chain

    _print_findings(gate_findings(chains, line, quarters=quarters), lang)
    try:
        chain = regime_chain(chains, line)
    except RefusalError as refusal:
        # A line without all three gates has odds for each gate and no regimes; say so.
        _out().print(str(refusal))
        return
    _print_regimes(chain, quarters, _terms(lang))


def _print_regimes(chain: RegimeChain, quarters: int, say: Say) -> None:
    table = Table(say("regime"), *(f"+{q}" for q in range(quarters + 1)), box=None)
    chances = chain.p_regime(quarters=quarters)
    for index, name in enumerate(chain.names):
        table.add_row(say(name), *(f"{chance:.0%}" for chance in chances[:, index]))
    _out().print(table)
    _out().print(f"{say('evidence')}: {', '.join(chain.evidence)}", soft_wrap=False)


def _print_scores(done: Backtest, say: Say) -> None:
    from narrows.futures import Forecaster, scores

    names = ("log_score", "crps", "brier")
    table = Table("", *(say(name) for name in names), box=None)
    for who in Forecaster:
        one = scores(done.states, done.times, who)
        table.add_row(say(who.value), *(f"{getattr(one, name):.3f}" for name in names))
    _out().print(table)


def _print_reliability(done: Backtest, say: Say) -> None:
    from narrows.futures import Forecaster, reliability

    heads = ("chance_from", "chance_to", "forecasts", "mean_chance", "came")
    table = Table(*(say(head) for head in heads), box=None)
    for one in reliability(done.states, Forecaster.MODEL, done.plan.reliability_bins):
        if one.mean_chance is None or one.frequency is None:
            continue
        shares = (one.low, one.high, one.mean_chance, one.frequency)
        low, high, mean, came = (f"{share:.0%}" for share in shares)
        table.add_row(low, high, str(one.forecasts), mean, came)
    _out().print(table)


def _print_findings(findings: Iterable[Message], lang: str) -> None:
    from narrows.brief import text

    for finding in findings:
        _out().print(text(finding, language=lang))


def _terms(lang: str) -> Say:
    from narrows.brief import text

    return lambda word: text(message(f"term.{word}"), language=lang)


def _out() -> Console:
    return Console(highlight=False, width=WIDTH)
