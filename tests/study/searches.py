"""Searches for the fastest layout, each done once a process however many studies ask for it."""

import pickle

from narrows.study.bridge.timing import rate_of

_KNOWN = {}


def known_rate(runner, workload, model):
    """Return what ``rate_of`` returns; equal bytes of its arguments are asked for once."""
    asked = pickle.dumps((runner, workload, model))
    if asked not in _KNOWN:
        _KNOWN[asked] = rate_of(runner, workload, model)
    return _KNOWN[asked]
