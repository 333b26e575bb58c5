"""What is asked of a serving verb: the load and its limits, how the model is run, what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from cyclopts import Parameter

from narrows.performance.serving import Deployment, Limits, Load


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
    """How the model is run.

    Parameters
    ----------
    engine
        trtllm, sglang, vllm, vllm-ascend, cann or another; the chip's usual one if not given.
    weights
        fp8, w8a8, bf16, fp4, w4a8 or int4; the chip's 8-bit format if not given.
    cache
        bf16, fp8 or int8; the engine's usual one if not given.
    """

    engine: str | None = None
    weights: str | None = None
    cache: str | None = None

    @property
    def deployment(self) -> Deployment:
        """The deployment in the words of the model."""
        return Deployment(engine=self.engine, weights=self.weights, cache=self.cache)


PUE_USUAL = 1.25
"""Common in air-cooled halls."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a chip costs, and what its hall takes beside it.

    Parameters
    ----------
    usd_per_chip_hour
        Whole cost of a package for an hour; adds the cost of a million tokens.
    pue
        What cooling and conversion add to the power; 1.25 if not given, common in air-cooled halls.
    """

    usd_per_chip_hour: float | None = None
    pue: float | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """The names of the options that were given."""
        given = {"usd-per-chip-hour": self.usd_per_chip_hour, "pue": self.pue}
        return tuple(name for name, value in given.items() if value is not None)


ASKED, RUN, COST = Asked(), Run(), Cost()
