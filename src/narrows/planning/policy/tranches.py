"""Lots under way by quarters left until the gate: which tranches of an order are there."""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import BoolArray, IntArray
from narrows.planning.parts import Offers

NO_AGE = 0
"""In :func:`youngest`: nothing that may be cancelled is that far from its gate."""


def tranches(offers: Offers) -> BoolArray:
    """``(K, L, L)``: a part of an order of some age may have so many quarters left."""
    leads = offers.lead.shape[1]
    age, left = np.arange(leads)[:, None], np.arange(leads)[None]
    lead = np.minimum(age + left, leads - 1)
    under_way = (age >= 1) & (left >= 1) & (age + left < leads)
    there: BoolArray = under_way[None] & (offers.lead[:, lead] > 0.0)
    return there


def overlap(offers: Offers) -> BoolArray:
    """``(K,)``: orders of different age may be equally far from the gate."""
    twice: BoolArray = (tranches(offers).sum(axis=1) > 1).any(axis=1)
    return twice


def youngest(offers: Offers) -> IntArray:
    """``(K, L)``: the least age of what has so many quarters left and may be cancelled."""
    right = tranches(offers) & ~np.isnan(offers.cancel_refund)[:, :, None]
    ages: IntArray = np.where(right.any(axis=1), right.argmax(axis=1), NO_AGE).astype(np.int64)
    return ages


def refunds_differ(offers: Offers) -> BoolArray:
    """``(K,)``: lots equally far from the gate go back for different shares, or some not at all."""
    there, refund = tranches(offers), np.nan_to_num(offers.cancel_refund, nan=-1.0)[:, :, None]
    most = np.where(there, refund, -np.inf).max(axis=1)
    least = np.where(there, refund, np.inf).min(axis=1)
    differ: BoolArray = (there.any(axis=1) & (most != least)).any(axis=1)
    return differ
