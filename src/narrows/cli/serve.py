"""``narrows serve``: the best ways to serve a model on a system, under latency limits."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from narrows.brief import text
from narrows.catalog import Chip, System, load_catalog
from narrows.core import Estimate, InputError, UnknownNameError
from narrows.performance.serving import (
    Deployment,
    Limits,
    Load,
    PhaseRates,
    ServingPrediction,
    compare_phases,
    cost_per_million_tokens,
    package_power_w,
    search,
    tokens_per_joule,
)

PUE = 1.25
"""Shown with the energy figure; a common value of air-cooled halls."""


@dataclass(frozen=True, slots=True)
class _Money:
    cost: Estimate | None
    energy: Estimate
    power_from: str


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The load and its limits.

    Parameters
    ----------
    input_tokens
        Mean length of a prompt.
    output_tokens
        Mean length of an answer.
    ttft_ms
        Mean time to first token that must hold.
    tpot_ms
        Mean time for each further token that must hold.
    hit_share
        Share of the prompt found in the prefix cache.
    drafts
        Speculative tokens a step.
    """

    input_tokens: float = 4000
    output_tokens: float = 1000
    ttft_ms: float | None = 3000
    tpot_ms: float | None = 50
    hit_share: float = 0.0
    drafts: int = 0

    @property
    def load(self) -> Load:
        """The load in the words of the model."""
        return Load(
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            hit_share=self.hit_share,
            drafts=self.drafts,
        )

    @property
    def limits(self) -> Limits:
        """The limits in the words of the model."""
        return Limits(ttft_ms=self.ttft_ms, tpot_ms=self.tpot_ms)


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How the model is run, and what a chip costs.

    Parameters
    ----------
    engine
        trtllm, sglang, vllm, vllm-ascend, cann or another; the chip's usual one if not given.
    weights
        fp8, w8a8, bf16, fp4, w4a8 or int4; the chip's 8-bit format if not given.
    cache
        bf16, fp8 or int8; the engine's usual one if not given.
    usd_per_chip_hour
        Whole cost of a package for an hour; adds the cost of a million tokens.
    """

    engine: str | None = None
    weights: str | None = None
    cache: str | None = None
    usd_per_chip_hour: float | None = None

    @property
    def deployment(self) -> Deployment:
        """The deployment in the words of the model."""
        return Deployment(engine=self.engine, weights=self.weights, cache=self.cache)


ASKED, RUN = Asked(), Run()


def serve(
    model: str,
    *,
    on: str,
    against: tuple[str, ...] = (),
    chips: int | None = None,
    asked: Asked = ASKED,
    run: Run = RUN,
    lang: Literal["en", "zh-Hant", "zh-Hans"] = "en",
    json_output: Annotated[bool, Parameter(name=["--json"])] = False,
) -> int:
    """Rank deployments of MODEL on a system or chip by tokens per second under latency limits.

    Parameters
    ----------
    model
        A model's id, name or alias.
    on
        A system (``dgx-h200``, ``cloudmatrix384``) or a chip; a chip alone is wired by a marked
        assumption.
    against
        Further systems: print decode and prefill rates of each beside ``on`` instead of layouts;
        ``cloudmatrix384:cann`` names an engine with a system.
    chips
        Packages; one system's worth if not given.
    lang
        Language of the notes.
    json_output
        Print figures as JSON instead of a table.
    """
    catalog = load_catalog()
    chip, system = _machine(on)
    count = _count(chips, system)
    if against:
        _show_phases(_phases(model, [*against, on], count, asked, run), json_output=json_output)
        return 0
    found = search(
        catalog.model(model),
        chip,
        asked.load,
        chips=count,
        limits=asked.limits,
        system=system,
        deployment=run.deployment,
    )
    money = _money(found[0], chip, system, run.usd_per_chip_hour)
    if json_output:
        sys.stdout.write(json.dumps(_plain(found, money), indent=2) + "\n")
    else:
        _show(found, money, lang, Console(highlight=False))
    return 0


def _phases(
    model: str, systems: list[str], chips: int, asked: Asked, run: Run
) -> tuple[PhaseRates, ...]:
    catalog = load_catalog()
    return compare_phases(
        catalog,
        catalog.model(model),
        systems,
        chips=chips,
        load=asked.load,
        limits=asked.limits,
        deployment=run.deployment,
    )


def _machine(name: str) -> tuple[Chip, System | None]:
    """Return the chip and, where a system is named, the system."""
    catalog = load_catalog()
    try:
        system = catalog.system(name)
    except UnknownNameError:
        return catalog.chip(name), None
    if system.chip is None or system.chip not in catalog.chips:
        raise InputError("the system's chip is not in the catalogue", "name a chip", value=name)
    return catalog.chips[system.chip], system


def _count(chips: int | None, system: System | None) -> int:
    if chips is not None:
        return chips
    if system is None or system.packages is None:
        raise InputError("the number of chips is open", "give --chips", fieldname="chips")
    return system.packages


def _money(
    first: ServingPrediction, chip: Chip, system: System | None, usd: float | None
) -> _Money:
    rate = first.output_rate_per_chip
    power, source = package_power_w(chip, system)
    return _Money(
        cost=None if usd is None else cost_per_million_tokens(rate, usd, "USD"),
        energy=tokens_per_joule(rate, power, PUE),
        power_from=source,
    )


def _plain(found: tuple[ServingPrediction, ...], money: _Money) -> dict[str, object]:
    return {
        "deployments": [_plain_one(each) for each in found],
        "tokens_per_joule": _quantiles(money.energy),
        "power_from": money.power_from,
        "usd_per_million_tokens": None if money.cost is None else _quantiles(money.cost),
    }


def _plain_one(each: ServingPrediction) -> dict[str, object]:
    return {
        "model": each.model,
        "chip": each.chip,
        "chips": each.chips,
        "layout": each.layout,
        "weights": each.weights,
        "cache": each.cache,
        "engine": each.engine,
        "output_tokens_per_s_per_chip": _quantiles(each.output_rate_per_chip),
        "tpot_ms": _quantiles(each.tpot_ms),
        "ttft_ms": _quantiles(each.ttft_ms),
        "requests_per_s": each.requests_per_s,
        "sequences": each.sequences,
        "weights_gb": each.weights_gb,
        "cache_gb": each.cache_gb,
        "memory_gb": each.memory_gb,
        "step_parts_ms": each.parts_ms,
        "flags": [flag.id for flag in each.flags],
        "how": str(each.obtained),
    }


def _quantiles(estimate: Estimate) -> dict[str, object]:
    return {
        "p05": estimate.p05,
        "p50": estimate.p50,
        "p95": estimate.p95,
        "unit": estimate.unit,
    }


def _show(found: tuple[ServingPrediction, ...], money: _Money, lang: str, console: Console) -> None:
    first = found[0]
    table = Table(
        title=f"{first.model} on {first.chips:g} x {first.chip}, {first.weights} weights, "
        f"{first.cache} cache, {first.engine}"
    )
    for column in ("layout", "token/s/chip", "TPOT ms", "TTFT ms", "running"):
        table.add_column(column, justify="left" if column == "layout" else "right")
    for each in found:
        table.add_row(
            each.layout,
            _text(each.output_rate_per_chip),
            _text(each.tpot_ms),
            f"{each.ttft_ms.p50:.0f}",
            f"{each.sequences:.0f}",
        )
    console.print(table)
    parts = ", ".join(f"{name} {ms:.1f}" for name, ms in first.parts_ms.items() if ms >= 0.05)
    console.print(f"step of the first, ms: {parts}")
    console.print(
        f"memory of a device, GB: weights {first.weights_gb:.1f}, cache {first.cache_gb:.1f}, "
        f"of {first.memory_gb:.0f}"
    )
    console.print(f"token/J at PUE {PUE}: {_text(money.energy)} (power from {money.power_from})")
    if money.cost is not None:
        console.print(f"USD for a million tokens: {_text(money.cost)}")
    for flag in first.flags:
        console.print(f"note: {text(flag, language=lang)}", soft_wrap=True)


def _show_phases(rates: tuple[PhaseRates, ...], *, json_output: bool) -> None:
    if json_output:
        rows = [
            {
                "chip": each.chip,
                "engine": each.engine,
                "chips": each.chips,
                "decode_layout": each.decode_layout,
                "prefill_layout": each.prefill_layout,
                "decode": _quantiles(each.decode),
                "decode_ratio": _quantiles(each.decode_ratio),
                "prefill": _quantiles(each.prefill),
                "prefill_ratio": _quantiles(each.prefill_ratio),
            }
            for each in rates
        ]
        sys.stdout.write(json.dumps({"phases": rows}, indent=2) + "\n")
        return
    table = Table(title=f"token/s of a package, pools apart, {rates[0].chips} packages")
    for column in ("chip", "engine", "decode", "ratio", "prefill", "ratio"):
        table.add_column(column, justify="left" if column in ("chip", "engine") else "right")
    for each in rates:
        table.add_row(
            each.chip,
            each.engine,
            _text(each.decode),
            _text(each.decode_ratio),
            _text(each.prefill),
            _text(each.prefill_ratio),
        )
    Console(highlight=False).print(table)


def _text(estimate: Estimate) -> str:
    return f"{estimate.p50:.3g} ({estimate.p05:.3g}-{estimate.p95:.3g})"
