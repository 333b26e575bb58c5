"""What an Ascend 910B server has of its own: wires without a switch, one network port a chip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from narrows.catalog import load_catalog
from narrows.performance.calibration import packaged
from narrows.performance.calibration.table import constants_from
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import hardware_of
from narrows.performance.servers import usual_system
from narrows.performance.shape import shape_of
from narrows.performance.training import Cluster, Job, Strategy
from narrows.performance.training.answer import log_spread
from narrows.performance.training.evaluate import evaluate
from narrows.performance.training.job import device_of, setting_of, workload_of
from narrows.performance.training.question import question
from narrows.performance.training.row import Cells, run_row
from narrows.performance.training.strategy import as_arrays

CATALOG = load_catalog()
ROW = {
    "id": "one",
    "chip": "Ascend 910B-class",
    "chips_per_node": "8",
    "n_chips": "16",
    "model": "Llama-3-8B",
    "seq_len": "8192",
    "global_batch_seqs": "64",
    "micro_batch": "1",
    "tp": "4",
    "pp": "1",
    "precision": "bf16",
    "framework": "MindSpeed-LLM Mcore",
    "date": "2024-10",
}


def asked(**changes: str):
    return question(run_row(Cells(Path("rows.csv"), 2, {**ROW, **changes})), CATALOG)


@pytest.mark.parametrize("chip", ["hw-910b1", "hw-910b2", "hw-910b3"])
def test_every_bin_sits_in_the_server_that_is_sold_with_it(chip) -> None:
    system = usual_system(CATALOG.chip(chip), CATALOG.systems)
    assert system is not None
    assert system.id == "atlas-800t-a2"
    hardware = hardware_of(CATALOG.chip(chip), system)
    assert hardware.nic_bytes_per_s == 25e9
    assert hardware.ports == 7


def test_a_chip_without_a_server_has_none() -> None:
    assert usual_system(CATALOG.chip("hw-310p"), CATALOG.systems) is None


def test_a_switch_has_one_port_for_any_peer() -> None:
    assert hardware_of(CATALOG.chip("nv-h100-sxm"), CATALOG.system("dgx-h100")).ports == 1
    assert hardware_of(CATALOG.chip("hw-910c"), CATALOG.system("cloudmatrix384")).ports == 1


def test_two_tensor_ranks_of_a_mesh_pay_for_the_wires_that_they_leave_idle() -> None:
    meshed = asked().cluster.hardware
    shape = shape_of(dimensions_of(CATALOG.model("llama3-8b")))
    job = Job(sequence=8192, batch=64)

    def tensor_s(ports: int, tensor: int) -> float:
        cluster = Cluster(hardware=replace(meshed, ports=ports), chips=8)
        constants = constants_from(packaged().best, [setting_of(cluster, job)])
        rows = as_arrays([Strategy(tensor=tensor, data=8 // tensor)])
        found = evaluate(shape, device_of(cluster, job), constants, rows, workload_of(cluster, job))
        return float(np.ravel(found.parts.tensor_s)[0])

    assert tensor_s(7, 2) > 3.0 * tensor_s(1, 2)
    assert tensor_s(7, 8) == pytest.approx(tensor_s(1, 8))


def test_experts_on_one_rank_have_no_busiest_rank() -> None:
    shape = shape_of(dimensions_of(CATALOG.model("mixtral-8x7b")))
    cluster = Cluster(hardware=asked().cluster.hardware, chips=8)
    job = Job(sequence=4096, batch=64)
    constants = constants_from(packaged().best, [setting_of(cluster, job)])
    even = replace(constants, expert_imbalance=np.ones(1))

    def compute_s(expert: int, used) -> float:
        rows = as_arrays([Strategy(data=8, expert=expert)])
        found = evaluate(shape, device_of(cluster, job), used, rows, workload_of(cluster, job))
        return float(np.ravel(found.parts.compute_s)[0])

    assert compute_s(1, constants) == pytest.approx(compute_s(1, even))
    assert compute_s(8, constants) > 1.02 * compute_s(8, even)


def test_newer_software_than_was_measured_widens_the_interval() -> None:
    measured, newer = asked(), asked(date="2026-04")
    assert newer.software.level == measured.software.level
    widths = [log_spread(each, packaged()) for each in (measured, newer)]
    assert widths[1] == pytest.approx(np.hypot(widths[0], 0.1))


def test_packed_samples_attend_to_themselves() -> None:
    whole, packed = asked(), asked(model="Llama-3-8B full fine-tune, packed")
    assert "packing" in packed.assumed
    assert "packing" not in whole.assumed
    assert float(packed.shape.window) < float(whole.shape.window)


def test_samples_of_unstated_length_lie_between_short_ones_and_the_whole_sequence() -> None:
    model = "Llama-3-8B full fine-tune, packed"
    lengths = ("512", "8192", "131072")
    keys = [float(asked(model=model, seq_len=each).shape.window) for each in lengths]
    assert keys == pytest.approx([256.0, 1024.0, 4096.0])
