"""Mixture of experts: which weights a step touches and how uneven the work is."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, ndtri

from narrows.performance.serving.arrays import Array, array


def experts_touched(experts: int, per_token: int, tokens: Array) -> Array:
    """Return distinct experts that ``tokens`` meet under even routing: E(1-(1-k/E)^B).

    For 256 experts and 8 a token it gives 8, 57, 163 and 252 at 1, 8, 32 and 128 tokens.
    """
    missed = np.exp(tokens * np.log1p(-min(per_token / experts, 1.0 - 1e-12)))
    return array(experts * (1 - missed))


def experts_met(experts: int, per_token: int, tokens: Array, popularity: Array) -> Array:
    """Return distinct experts that ``tokens`` meet where experts are not equally popular.

    The chance p that a token picks an expert is spread over the experts as a beta distribution
    of mean m = k/E and shape a = 1/popularity^2, so ``popularity`` is near the coefficient of
    variation of expert loads. The mean of (1-p)^B is then B(b+B, a)/B(b, a), b = a(1-m)/m, and
    one token meets k experts exactly. ``popularity`` is positive; all even is `experts_touched`.
    """
    mean = min(per_token / experts, 1.0 - 1e-12)
    whole = popularity**-2 / mean
    rest = whole * (1 - mean)
    missed = gammaln(rest + tokens) - gammaln(rest) - gammaln(whole + tokens) + gammaln(whole)
    return array(-experts * np.expm1(missed))


def busiest_rank(mean_tokens: Array, ranks: Array, skew: Array) -> Array:
    """Return the load of the busiest of ``ranks`` over the mean load.

    The standing ``skew`` of a router comes on top of chance: the largest of n Poisson counts of
    mean m lies z / sqrt(m) above it, z of :func:`largest_of`. One rank is never uneven; a rank with
    next to no tokens is bounded by the number of ranks.
    """
    chance = largest_of(ranks) / np.sqrt(np.maximum(mean_tokens, 1.0))
    load = 1 + np.where(ranks > 1, skew, 0.0) + chance
    return array(np.minimum(load, np.maximum(ranks, 1.0)))


def most_touched(mean: Array, experts: int, ranks: Array) -> Array:
    """Return distinct experts that the rank with most of them reads, given the mean of ``ranks``.

    A rank holds n = experts / ranks, each touched with the chance p = mean / n: a binomial count of
    variance n p (1 - p). Where any expert is touched some rank reads one, and none reads more
    than it holds. Eight experts of one token on eight ranks: the busiest reads 2.5, the mean one 1.
    """
    held = experts / ranks
    spread = np.sqrt(mean * np.maximum(1 - mean / held, 0.0))
    some = np.minimum(mean * ranks, 1.0)
    return array(np.minimum(np.maximum(mean + largest_of(ranks) * spread, some), np.ceil(held)))


def largest_of(count: Array) -> Array:
    """Return the mean of the largest of ``count`` standard normal draws (Blom 1958): 1.43 of 8.

    The asymptote sqrt(2 ln n) would be 2.04; one draw is 0.
    """
    return array(ndtri((count - 0.375) / (count + 0.25)))


def nodes_met(nodes: Array, per_token: int) -> Array:
    """Return distinct nodes that the experts of one token lie on: R(1-(1-1/R)^k)."""
    return array(nodes * (1 - (1 - 1 / nodes) ** per_token))
