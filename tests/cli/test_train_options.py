"""Every option of ``train`` and ``parity``, given alone, changes the answer or is refused."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields, is_dataclass

import pytest

from narrows.cli.app import main
from narrows.cli.host_options import HostWords
from narrows.cli.parity import parity
from narrows.cli.train import train
from narrows.cli.train_options import Layouts, Step

TRAIN = ("train", "llama3-8b", "--on", "dgx-h100", "--chips", "16", "--batch", "64")
ROUTED = ("train", "deepseek-v3", "--on", "dgx-h200", "--chips", "256", "--batch", "256")
PARITY = ("parity", "h100-sxm", "910c", "--model", "llama3-8b", "--chips", "16", "--batch", "64")

CHANGES = [
    (TRAIN, "--on", "dgx-h200"),
    (TRAIN, "--chips", "32"),
    (TRAIN, "--sequence", "8192"),
    (TRAIN, "--batch", "128"),
    (TRAIN, "--precision", "fp8"),
    (TRAIN, "--software", "megatron-core-2025"),
    ((*TRAIN, "--tensor", "8"), "--reduction", "switch"),
    (TRAIN, "--mtp", "1"),
    (TRAIN, "--tokens", "1e12"),
    (TRAIN, "--top", "2"),
    (TRAIN, "--schedule", "zb-h1"),
    (TRAIN, "--tensor", "2"),
    (TRAIN, "--pipeline", "4"),
    (TRAIN, "--chunks", "4"),
    (TRAIN, "--context", "2"),
    (ROUTED, "--expert", "64"),
    (TRAIN, "--micro-batch", "4"),
    (TRAIN, "--zero", "3"),
    (TRAIN, "--recompute", "full"),
    (TRAIN, "--offload", "optimizer"),
    (TRAIN, "--whole-space", None),
    (ROUTED, "--mtp", "0"),
    (PARITY, "--chips", "32"),
    (PARITY, "--sequence", "8192"),
    (PARITY, "--batch", "128"),
    (PARITY, "--precision", "bf16"),
    (PARITY, "--model", "gemma-7b"),
    (PARITY, "--mtp", "1"),
]
REFUSED = [
    (TRAIN, ("--expert", "4"), "experts"),
    (TRAIN, ("--offload", "any", "--host-link", "50"), "together"),
    (
        TRAIN,
        ("--host-link", "50", "--host-memory", "200", "--host-bandwidth", "50"),
        "serves only what is moved",
    ),
    (TRAIN, ("--mtp", "17"), "mtp"),
    (TRAIN, ("--calibration", "/nowhere.yaml"), "nowhere"),
    (TRAIN, ("--zero", "4"), "zero"),
]
OTHERWISE = {"output", "lang", "as_json", "calibration"}
"""Where the answer goes and in which words; calibration files have tests of their own."""
HOST = ("--host-link", "5", "--host-memory", "400", "--host-bandwidth", "50")


def words(options: tuple[str, ...]) -> tuple[str, ...]:
    """Return options with the last word of each name alone."""
    named = 3 if options[0] == "parity" else 2
    head, rest = options[:named], options[named:]
    found = dict(zip(rest[::2], rest[1::2], strict=True))
    return (*head, *(word for pair in found.items() for word in pair))


def answer(capsys, options: tuple[str, ...]) -> object:
    assert main([*options, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("base", "option", "value"), CHANGES)
def test_an_option_changes_the_answer(capsys, base, option, value) -> None:
    changed = (*base, option) if value is None else words((*base, option, value))
    assert answer(capsys, changed) != answer(capsys, base)


@pytest.mark.parametrize(("base", "more", "complaint"), REFUSED)
def test_an_option_without_meaning_is_refused(capsys, base, more, complaint) -> None:
    assert main([*base, *more]) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_figure_of_a_host_changes_the_answer(capsys, place) -> None:
    base = (*TRAIN, "--offload", "optimizer+activations", *HOST)
    changed = list(base)
    figure = len(base) - len(HOST) + 2 * place + 1
    changed[figure] = "60"
    assert answer(capsys, tuple(changed)) != answer(capsys, base)


def options_of(verb) -> set[str]:
    names: set[str] = set()
    for each in inspect.signature(verb).parameters.values():
        default = each.default
        names |= {item.name for item in fields(default)} if is_dataclass(default) else {each.name}
    return names


@pytest.mark.parametrize(("verb", "first"), [(train, "train"), (parity, "parity")])
def test_every_option_is_swept(verb, first) -> None:
    swept = {
        option.removeprefix("--").replace("-", "_")
        for base, option, _ in CHANGES
        if base[0] == first
    }
    of_host = {item.name for item in fields(HostWords)} if first == "train" else set()
    named = {"model", "first", "second", "on"}
    assert options_of(verb) <= swept | of_host | named | OTHERWISE


def test_groups_of_options_are_those_of_the_verb() -> None:
    assert {item.name for item in fields(Step)} | {item.name for item in fields(Layouts)} <= (
        options_of(train)
    )
