"""Our evaluator and Calculon in one process, on one core: ``training_speed.py CALCULON_DIR``.

Calculon is a checkout that is fetched apart and never part of this project. It is measured as it
ships, where every evaluation builds log records that nobody reads, and with its log silenced,
which is the fair figure. Rates are candidates per CPU second.
"""

from __future__ import annotations

import importlib
import json
import logging
import random
import sys
import time
from pathlib import Path

from narrows.catalog import load_catalog
from narrows.performance.training.speed import training_speed

SAMPLE = 1_500
PROCESSORS = 4_096
BATCH = 4_096


def main() -> None:
    """Print one JSON document with our rates, the peer's two and the ratios."""
    calculon = Path(sys.argv[1])
    peers = {
        mode: peer_rate(calculon, silenced=mode == "silenced") for mode in ("shipped", "silenced")
    }
    rows = []
    for speed in training_speed(load_catalog()):
        for mode, rate in peers.items():
            rows.append(
                {
                    "name": speed.name,
                    "candidates": speed.candidates,
                    "cpu_s": round(speed.cpu_s, 4),
                    "rate": round(speed.rate),
                    "peer": f"Calculon, {mode}",
                    "peer_rate": round(rate, 1),
                    "ratio": round(speed.rate / rate),
                    **speed.counts,
                }
            )
    sys.stdout.write(json.dumps({"rows": rows}, indent=2) + "\n")


def peer_rate(folder: Path, *, silenced: bool) -> float:
    """Return Calculon's rate on random candidates of its own space for 1T on 4,096 A100."""
    sys.path.insert(0, str(folder))
    llm = importlib.import_module("calculon.llm")
    system_module = importlib.import_module("calculon.system")
    read = importlib.import_module("calculon.io").read_json_file
    application = llm.Llm.Application(read(str(folder / "models" / "megatron-1T.json")))
    system = system_module.System(read(str(folder / "systems" / "a100_80g.json")))
    candidates = random_executions(llm.Llm, application, random.Random(1))  # noqa: S311
    start = time.process_time()
    for execution in candidates:
        logger = logging.Logger("sub")
        if silenced:
            logger.setLevel(logging.CRITICAL)
        try:
            model = llm.Llm(application, logger)
            model.compile(system, llm.Llm.Execution.from_json(execution))
            model.run(system)
        except llm.Llm.Error:
            continue
    return SAMPLE / (time.process_time() - start)


def random_executions(kind, application, rng: random.Random) -> list[dict[str, object]]:  # noqa: ANN001
    """Return random executions of the peer's format; refused ones count, as in its own rate."""
    found = []
    while len(found) < SAMPLE:
        tensor = rng.choice([1, 2, 4, 8, 16, 32])
        pipeline = rng.choice([1, 2, 4, 8, 16, 32, 64, 128])
        data, rest = divmod(PROCESSORS, tensor * pipeline)
        if rest or data < 1:
            continue
        sizes = list(
            kind.get_valid_microbatch_sizes(application.seq_size, tensor, data, BATCH, pipeline)
        )
        chunks = list(kind.get_valid_pipeline_interleavings(application.num_blocks, pipeline))
        micro_batch = rng.choice(sizes)
        found.append(execution(rng, (tensor, pipeline, data), micro_batch, rng.choice(chunks)))
    return found


def execution(
    rng: random.Random, degrees: tuple[int, int, int], micro_batch: int, chunks: int
) -> dict[str, object]:
    """Return one execution with the remaining choices drawn at random."""
    tensor, pipeline, data = degrees
    recompute = rng.choice(["full", "attn_only", "none"])
    return {
        "num_procs": PROCESSORS,
        "tensor_par": tensor,
        "pipeline_par": pipeline,
        "data_par": data,
        "tensor_par_net": 0 if tensor <= 8 else 1,
        "pipeline_par_net": 1,
        "data_par_net": 1,
        "batch_size": BATCH,
        "microbatch_size": micro_batch,
        "datatype": "float16",
        "fused_activation": True,
        "attention_type": "multihead",
        "activation_recompute": recompute,
        "pipeline_interleaving": chunks,
        "optimizer_sharding": data > 1 and rng.random() < 0.5,
        "tensor_par_comm_type": rng.choice(["ar", "p2p_rs_ag", "rs_ag"]),
        "tensor_par_overlap": "none",
        "seq_par_ag_redo": False,
        "data_par_overlap": data > 1 and rng.random() < 0.5,
        "weight_offload": False,
        "activations_offload": False,
        "optimizer_offload": False,
        "training": True,
    }


if __name__ == "__main__":
    main()
