"""``narrows parity``: how many chips of one kind do the work of one of another, and why."""

from __future__ import annotations

from dataclasses import asdict

from narrows.catalog import Catalog, load_catalog
from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.cli.ranges import check_step
from narrows.cli.serve_tables import Telling
from narrows.cli.train_tables import layout_words
from narrows.cli.training_words import (
    hardware_named,
    notes,
    precision_named,
    shape_named,
)
from narrows.performance.hardware import Hardware, Precision
from narrows.performance.training import Side, TrainingParity
from narrows.performance.training import parity as compare


def parity(
    first: str,
    second: str,
    *,
    model: str,
    chips: int = 1024,
    sequence: int = 4096,
    batch: int = 4096,
    precision: str | None = None,
    mtp: int | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Say how many packages of SECOND train a model as fast as one of FIRST, with the reasons.

    Parameters
    ----------
    first
        A system or chip.
    second
        The system or chip that is held against it.
    model
        A model's id, name or alias, or a published ``config.json``.
    chips
        Packages on each side.
    sequence
        Tokens of a sequence.
    batch
        Sequences of a step.
    precision
        One format for both sides; where it is left out each uses fp8 if it has it, else bf16.
    mtp
        Layers for further tokens (multi-token prediction) that are trained with the model; those of
        its published recipe where it is left out.
    lang
        Language of the answer; JSON has none.
    as_json
        Print JSON.
    """
    check_step(chips=chips, sequence=sequence, batch=batch)
    catalog = load_catalog()
    sides = (_side(first, precision, catalog), _side(second, precision, catalog))
    shape = shape_named(model, catalog, mtp=mtp)
    found = compare(shape, sides, chips=chips, sequence=sequence, batch=batch)
    if as_json:
        print_json(_plain(found, sides))
        return 0
    _show(found, sides, Telling(lang))
    return 0


def _side(name: str, precision: str | None, catalog: Catalog) -> Side:
    hardware = hardware_named(name, catalog)
    if precision is not None:
        return Side(hardware=hardware, precision=precision_named(precision))
    return Side(hardware=hardware, precision=_best_precision(hardware))


def _best_precision(hardware: Hardware) -> Precision:
    return Precision.FP8 if Precision.FP8 in hardware.flops_per_s else Precision.BF16


def _plain(found: TrainingParity, sides: tuple[Side, Side]) -> dict[str, object]:
    rates = (found.first.tokens_per_s_per_chip, found.second.tokens_per_s_per_chip)
    return {
        "ratio": asdict(found.ratio),
        "factors": dict(found.factors),
        "sides": [
            {
                "chip": side.hardware.chip_id,
                "precision": str(side.precision),
                "tokens_per_s_per_chip": asdict(rate),
            }
            for side, rate in zip(sides, rates, strict=True)
        ],
        "notes": notes(found.flags),
    }


def _show(found: TrainingParity, sides: tuple[Side, Side], told: Telling) -> None:
    first, second = (side.hardware.chip_id for side in sides)
    told.line(told.say("parity.ratio", first=first, second=second,
                       ratio=told.interval(found.ratio)))  # fmt: skip
    told.line(told.say("parity.factors"))
    heads = (told.say(f"parity.head.{name}") for name in ("part", "factor"))
    table = told.table("", *heads, left=1)
    for part, factor in found.factors.items():
        table.add_row(told.say(f"parity.part.{part}"), f"{factor:.2f}")
    told.console.print(table)
    for side, each in zip(sides, (found.first, found.second), strict=True):
        told.line(
            told.say(
                "parity.side",
                chip=side.hardware.chip_id,
                precision=str(side.precision),
                rate=told.interval(each.tokens_per_s_per_chip),
                layout=layout_words(each.strategy),
            )
        )
    for note in notes(found.flags, told.lang):
        told.line(f"- {note}")
