"""Delete every record known after a day, and what was said on that day is byte-identical."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.core import COMPILED_ON, read_document
from narrows.rules import (
    DIRECT_EXPORT,
    SCREENED,
    Classifier,
    Layer,
    Posture,
    Product,
    clocks,
    load_pack,
    turning_days,
    verdict_tree,
)
from narrows.rules.classify import Marketed
from narrows.rules.loader import PACKAGED

PACK = load_pack()
DAYS = (
    date(2022, 9, 15),
    date(2023, 10, 20),
    date(2025, 4, 10),
    date(2025, 10, 15),
    date(2026, 1, 23),
    date(2026, 7, 12),
)
PRODUCTS = {
    "nv-a800-sxm": {"dense_tops": 624.0, "bits": 8.0, "applicable_die_mm2": 826.0,
                    "dram_bandwidth_gb_s": 2039.0, "io_bidirectional_gb_s": 464.0},
    "nv-h20": {"dense_tops": 296.0, "bits": 8.0, "applicable_die_mm2": 814.0,
               "dram_bandwidth_gb_s": 4000.0, "io_bidirectional_gb_s": 1028.0},
    "nv-h200-sxm": {"dense_tops": 1979.0, "bits": 8.0, "applicable_die_mm2": 814.0,
                    "dram_bandwidth_gb_s": 4800.0, "io_bidirectional_gb_s": 1028.0},
}  # fmt: skip


class _Quoted(yaml.CSafeDumper):
    """Writes every text in quotes, so that no word is read back as a number or a day."""


_Quoted.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)
SOURCE = {
    path.relative_to(PACKAGED): read_document(path).tree
    for path in sorted(PACKAGED.rglob("*.yaml"))
}


def _pruned(node, known_on):
    if isinstance(node, list):
        return [_pruned(child, known_on) for child in node if not _later(child, known_on)]
    if isinstance(node, dict):
        return {key: _pruned(child, known_on) for key, child in node.items()}
    return node


def _later(child, known_on):
    if not isinstance(child, dict) or "known_on" not in child:
        return False
    return (child["known_on"] or COMPILED_ON) > known_on


def _is_parameter_file(path):
    return path.stem.split("_")[0] in ("parameters", "groups", "registers", "bands")


def write_pruned(folder: Path, known_on: date) -> Path:
    """Write a copy of the packaged rulebook without anything known after a day."""
    for path, source in SOURCE.items():
        tree = _pruned(source, known_on)
        if _is_parameter_file(path):
            tree = [record for record in tree if record["values"]]
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.dump(tree, Dumper=_Quoted, allow_unicode=True, sort_keys=False)
        target.write_text(text, encoding="utf-8")
    return folder


def _said(pack, on, known_on):
    """Return everything that the room says on a day, as text."""
    said = []
    for posture in (Posture.ENFORCED, Posture.CAUTIOUS):
        regime = pack.at(on=on, known_on=known_on, posture=posture)
        for chip_id, figures in PRODUCTS.items():
            facts = {**figures, "chip_id": chip_id, "datacentre_marketed": True}
            facts |= {**DIRECT_EXPORT, **SCREENED}
            said.append(verdict_tree(regime.decide(facts), pack.as_known_on(known_on)))
    classifier = Classifier(pack, on=on, known_on=known_on)
    said += [
        repr(classifier.classify(Product(chip_id=name, marketed=Marketed.YES, **figures)))
        for name, figures in PRODUCTS.items()
    ]
    said.append([repr(clock) for clock in clocks(pack, from_day=on, known_on=known_on)])
    said.append([str(day) for day in turning_days(pack, known_on=known_on, until=on)])
    return json.dumps(said, sort_keys=True)


@pytest.mark.parametrize("known_on", DAYS, ids=str)
def test_later_records_leave_no_trace(known_on, tmp_path):
    pruned = load_pack(write_pruned(tmp_path / "rules", known_on))
    for on in (known_on, date(2026, 12, 1)):
        assert _said(pruned, on, known_on) == _said(PACK, on, known_on)


def test_the_pack_hash_counts_only_what_is_visible(tmp_path):
    day = date(2026, 1, 23)
    pruned = load_pack(write_pruned(tmp_path / "rules", day))
    assert pruned.digest != PACK.digest
    assert pruned.at(on=day, known_on=day).pack_hash == PACK.at(on=day, known_on=day).pack_hash


def test_a_suspension_is_unknown_before_it_is_published():
    case = {"owned_by_listed_share": 0.6}
    on = date(2025, 12, 1)
    before = PACK.at(on=on, known_on=date(2025, 10, 15)).truth("us.screen.affiliates", case)
    after = PACK.at(on=on, known_on=on).truth("us.screen.affiliates", case)
    assert (before.value, after.value) == ("true", "false")


def test_the_announced_enforcement_was_expected_until_it_was_given_up():
    on = date(2025, 6, 1)
    case = {
        "tpp": 15832.0,
        "datacentre_marketed": True,
        "destination": "JP",
        "leg_from": "US",
        **SCREENED,
    }
    case |= {"party_headquarters": frozenset({"JP", "US"})}
    answers = [
        PACK.at(on=on, known_on=known_on, posture=Posture.CAUTIOUS)
        .decide(case, "us.licence")
        .answer("us.licence")
        .in_layer(Layer.ENFORCED)
        .word
        for known_on in (date(2025, 3, 1), on)
    ]
    assert answers == ["required", "not_required"]


@given(st.dates(date(2022, 1, 1), date(2026, 11, 22)))
@settings(max_examples=40, deadline=None)
def test_a_pack_as_known_on_a_day_holds_nothing_younger(known_on):
    known = PACK.as_known_on(known_on)
    records = [*known.cards.values(), *known.instruments.values()]
    records += [value for parameter in known.parameters.values() for value in parameter.values]
    records += [later for card in known.cards.values() for later in (*card.ends, *card.suspended)]
    assert all(record.known_on is not None and record.known_on <= known_on for record in records)


@given(st.dates(date(2022, 1, 1), date(2026, 11, 22)), st.dates(date(2022, 1, 1), date(2027, 6, 1)))
@settings(max_examples=20, deadline=None)
def test_knowledge_only_grows(known_on, on):
    earlier = PACK.as_known_on(known_on)
    later = PACK.as_known_on(min(known_on + (COMPILED_ON - known_on) / 2, COMPILED_ON))
    assert set(earlier.cards) <= set(later.cards)
    assert set(earlier.parameters) <= set(later.parameters)
    assert earlier.as_known_on(known_on).digest == earlier.digest
    assert PACK.at(on=on, known_on=known_on).pack_hash == earlier.digest
