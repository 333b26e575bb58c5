"""Limits of exposure: no more than a part of the fleet may be of some options."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from narrows.core import RefusalError
from narrows.planning import SHARE_MAX, Counted, Share
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.variants import share_weight
from narrows.study.facts import Facts


def exposure_rules(facts: Facts, offers: Sequence[Offer], nodes: int) -> tuple[Share, ...]:
    """Return one rule on the fleet for each limit whose options are planned.

    A limit of a part p is a required share of 1 - p of everything else.

    Raises
    ------
    RefusalError
        A limit so low that it is a ban.
    """
    rules = []
    for limit in facts.study.exposure:
        named = np.array([offer.id in limit.options for offer in offers], dtype=np.bool_)
        if not named.any():
            continue
        part = facts.band(limit.at_most, f"exposure/{limit.id}/at most").value
        if part < 1.0 - SHARE_MAX:
            reason = f"exposure {limit.id} of {part:g} is a ban; leave its options out"
            raise RefusalError(reason, (f"exposure.{limit.id}.at_most",))
        weight = share_weight(facts, offers, limit.basis)
        rules.append(
            Share(
                name=f"exposure:{limit.id}",
                domestic=~named,
                others=named,
                share=np.full(nodes, 1.0 - part),
                weight=np.tile(weight, (nodes, 1)),
                counted=Counted.FLEET,
            )
        )
    return tuple(rules)
