"""What ``narrows train --json`` prints, and the mapping beside its page with the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from narrows.cli.train_tables import layout_words
from narrows.cli.training_words import notes
from narrows.core import Json, Message
from narrows.performance.hardware import GIB
from narrows.performance.training import Cluster, Job, SearchResult, TrainingPrediction
from narrows.performance.training.whole_run import WholeRun


def page_tree(
    model: str, cluster: Cluster, job: Job, answer: Mapping[str, Json]
) -> dict[str, Json]:
    """Return the mapping of ``training.json``: the question, then what ``--json`` prints."""
    return {
        "study": {"name": f"narrows train {model}"},
        "question": {
            "model": model,
            "chip": cluster.hardware.chip_id,
            "chips": cluster.chips,
            "sequence": job.sequence,
            "batch": job.batch,
            "precision": str(job.precision),
            "device_memory_gib": cluster.hardware.memory_bytes / GIB,
        },
        **answer,
        "sources": {},
        "derivations": {},
    }


def search_tree(found: SearchResult, run: WholeRun | None) -> dict[str, Json]:
    """Return what ``--json`` prints of a search and of the whole run on its fastest layout."""
    return {
        "ranked": [_one(each) for each in found.ranked],
        "front": [
            {
                "strategy": asdict(each.strategy),
                "layout": layout_words(each.strategy),
                "step_s": each.step_s,
                "peak_mem_gib": each.peak_mem_gib,
            }
            for each in found.front
        ],
        "evaluated": found.evaluated,
        "pruned_by_memory": found.pruned,
        "excluded": dict(found.excluded),
        "whole_run": None if run is None else asdict(run),
    }


def _one(each: TrainingPrediction) -> Json:
    return {
        "strategy": asdict(each.strategy),
        "layout": layout_words(each.strategy),
        "step_s": asdict(each.step_s),
        "tokens_per_s_per_chip": asdict(each.tokens_per_s_per_chip),
        "peak_mem_gib": asdict(each.peak_mem_gib),
        "utilisation": each.utilisation,
        "breakdown_s": dict(each.breakdown),
        "memory_gib": dict(each.memory),
        "host": None if each.host is None else asdict(each.host),
        "flags": [_message(flag) for flag in each.flags],
        "notes": list(notes(each.flags)),
    }


def _message(flag: Message) -> Json:
    values: dict[str, Json] = {
        key: value if isinstance(value, (int, float)) else str(value)
        for key, value in flag.values.items()
    }
    return {"id": flag.id, "values": values}
