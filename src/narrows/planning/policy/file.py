"""A policy in a file: its cuts as arrays, bound to the graph that it was trained on."""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path

import numpy as np

from narrows.core import InputError
from narrows.planning.arrays import FloatArray
from narrows.planning.fingerprint import fingerprint
from narrows.planning.policy.cuts import Cuts
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.policy import Policy

VERSION = 1
"""Of the file's layout; a file of another version is refused, not guessed at."""
_KIND = "narrows policy"
_AGAIN = "train the policy again"


def save_policy(policy: Policy, path: Path) -> None:
    """Write a policy without its graph, which the reader must have.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    head = {
        "kind": _KIND,
        "version": VERSION,
        "graph": fingerprint(policy.graph),
        "bound": policy.bound.hex(),
        "cpu_s": policy.cpu_s,
    }
    arrays: dict[str, FloatArray] = {"opening": policy.opening, "bounds": policy.bounds}
    for quarter, stage in enumerate(policy.cuts):
        for place, cuts in enumerate(stage):
            arrays[f"intercept_{quarter}_{place}"] = cuts.intercept
            arrays[f"slope_{quarter}_{place}"] = cuts.slope
    try:
        with path.open("wb") as file:
            np.savez_compressed(file, head=np.array(json.dumps(head)), **arrays)  # type: ignore[arg-type]
    except OSError as error:
        problem = f"the file cannot be written ({error.strerror})"
        raise InputError(problem, "name another", file=path) from error


def load_policy(path: Path, graph: PolicyGraph) -> Policy:
    """Read a policy that was trained on a graph; nothing in the file is executed.

    Raises
    ------
    InputError
        No policy of this version, or one of another graph.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        head = json.loads(str(arrays.pop("head")))
        kind, version, trained_on = head["kind"], head["version"], head["graph"]
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise InputError(problem, "name another", file=path) from error
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError("this is no policy file", "name one that was saved", file=path) from error
    if kind != _KIND or version != VERSION:
        mend = f"this Narrows reads version {VERSION}: {_AGAIN}"
        raise InputError(
            "the file has another layout", mend, file=path, fieldname="version", value=version
        )
    if trained_on != fingerprint(graph):
        problem = "the policy was trained on another graph"
        mend = f"give the graph that it was trained on, or {_AGAIN}"
        raise InputError(problem, mend, file=path, fieldname="graph", value=trained_on)
    try:
        return Policy(
            graph=graph,
            cuts=tuple(_stage(graph, arrays, quarter) for quarter in range(graph.n_stages)),
            opening=arrays["opening"],
            bound=float.fromhex(head["bound"]),
            bounds=arrays["bounds"],
            cpu_s=float(head["cpu_s"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("the file is damaged", _AGAIN, file=path) from error


def _stage(graph: PolicyGraph, arrays: dict[str, FloatArray], quarter: int) -> tuple[Cuts, ...]:
    places = range(len(graph.regimes) if quarter else 1)
    return tuple(
        Cuts(
            intercept=arrays[f"intercept_{quarter}_{place}"],
            slope=arrays[f"slope_{quarter}_{place}"],
        )
        for place in places
    )
