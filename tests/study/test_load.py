"""Bad studies come back with file, line, field, value and mend, on one line, with status 2."""

import re

import pytest

from narrows.catalog import data_root, load_catalog
from narrows.cli import main
from narrows.core import InputError
from narrows.study.bridge.offers import lead_shares
from narrows.study.load import load_study, open_study, packaged_studies, perspective_of
from narrows.study.schema import ORDERING, Perspective, Study

H200 = data_root() / "studies" / "h200.yaml"


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


def broken(tmp_path, before, after):
    text = H200.read_text(encoding="utf-8")
    assert before in text, f"the packaged study no longer has {before!r}"
    path = tmp_path / "study.yaml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return path


BAD = [
    ("power: 90 MW", "power: 90 GB", "wrong unit"),
    ("power: 90 MW", "power: -90 MW", "below 0"),
    ("power: 90 MW", "power: a lot", "not a quantity"),
    ("system: dgx-h200", "system: dgx-h2000", "unknown chip"),
    ("model: deepseek-v3", "model: deepsek-v3", "did you mean"),
    ("as_known_on: 2026-01-23\n", "", "add the field"),
    ("as_known_on: 2026-01-23", "as_known_on: soon", "valid date"),
    ("as_known_on: 2026-01-23", "as_known_on: 2026-02-30", "no such day"),
    ("quarters: 12", "quarters: 400", "1 to 40"),
    ("quarters: 12", "quarters: twelve", "valid integer"),
    ("perspective: buyer", "perspective: thief", "perspective"),
    ("carry_over: true", "carry_over: true\n  carry: 3", "remove the key"),
    ('{option: h20, chips: "30,000 chips"}', "{option: h2, chips: 1 chip}", "refers to nothing"),
    ("start: 2026-Q1\nquarters", "start: 2100-Q1\nquarters", "2026-01-23, the last day"),
    ("start: 2026-Q1\nquarters", "start: 2033-Q2\nquarters", "at most 28 quarters after"),
    ("start: 2026-Q1\nquarters", "start: 2026-13\nquarters", "not a quarter"),
    ("  - id: east", "  - id: north", "id is used twice"),
    ("movement: export, origin: TW", "movement: transfer, origin: TW", "call it transfer"),
    ("deposit: {value: 0.2, note", "deposit: {value: 1.2, note", "above 1"),
    ("grid: [0.0, 0.2", "grid: [0.0, 1.2", "between 0 and"),
    ("zh-Hans: 北方枢纽", "zh: 北方枢纽", "languages"),
    ("cluster_chips: 2048", "cluster_chips: 2048\n    gang_chips: 0", "not a number of"),
    ("chips: 2048", "chips: 2048\n    capability: {work: 1 tn tokens}", "add the field"),
    (
        "chips: 2048",
        "chips: 2048\n    capability: {work: 0 tokens, delay_price: 1 m CNY}",
        "nothing to wait for",
    ),
    (
        "chips: 2048",
        "chips: 2048\n    capability: {work: 1 tn tokens, delay_price: 0 CNY}",
        "nothing to wait for",
    ),
    (
        "chips: 64",
        "chips: 64\n    capability: {work: 1 tn tokens, delay_price: 1 m CNY}",
        "tokens trained",
    ),
    ("{2: 0.6, 3: 0.4}", "{2: 0.6, 400: 0.4}", "0 to 40 quarters"),
    ("{2: 0.6, 3: 0.4}", "{2: 0.6, 3: 0.3}", "add up to 1"),
    ("{2: 0.6, 3: 0.4}", "{2: 1.6, 3: -0.6}", "add up to 1"),
    ("{2: 0.6, 3: 0.4}", "{2: .nan, 3: 0.4}", "lead_quarters"),
    ("as_known_on: 2026-01-23", "as_known_on: 0", "not a day"),
    ("sequence_tokens: 4096", "sequence_tokens: -4096", "not a number of things"),
    ("cluster_chips: 2048", "cluster_chips: true", "valid integer"),
    ("life_quarters: 20", "life_quarters: 0", "not a number of things"),
    ("quarters: 12", "quarters: true", "valid integer"),
    ("carry_over: true", "carry_over: 1", "valid boolean"),
    ("  - id: east", '  - id: ""', "is blank"),
    ("pue: {value: 1.25, low: 1.15", "pue: {value: 1.25, low: 0.15", "below 1"),
    ("growth_per_quarter: {value: 0.10", "growth_per_quarter: {value: 1e300", "out of order"),
    ("{value: 0.05, note: plan growth", "{value: 1e300, note: plan growth", "above 10"),
    ("engine: cann", "engine: canon", "unknown engine"),
    ("line: h200", "line: h2000", "refers to nothing"),
    ("country: MY\n", "country: Malaysia\n", "code of a country"),
    ("  site: CN", "  site: China", "code of a state"),
    ("headquarters: CN", "headquarters: Peking", "code of a state"),
    ("lessor: lessor", "lessor: nobody", "refers to nothing"),
    ("price: {market: M001}", "price: {market: M999}", "no such market figure"),
    ("price: {market: M001}", "price: {market: M014}", "not in USD/chip"),
    ("price: {catalog: price_usd}", "price: {catalog: price_us}", "no such field"),
    ("study: h200", "study: ../elsewhere", "not a name for a study"),
    ("study: h200", "study: /elsewhere", "not a name for a study"),
    ("study: h200", "study: ..", "not a name for a study"),
    ("study: h200", f"study: {'x' * 61}", "not a name for a study"),
    ("workloads: [dense-training", "workloads: [dense", "refers to nothing"),
    ("price: {market: M001}", "price: {market: M001, low: 1 USD/chip}", "low beside a figure"),
    ("price: {catalog: price_usd}", "price: {catalog: price_usd, source: x}", "source beside"),
    ("power: 90 MW", f"power: 80 to 90 MW{' ' * 200} to 900 MW", "too long"),
    ("power: 90 MW", f"power: 90{' ' * 60}MW", "not a quantity"),
    ("precisions: [fp8, bf16]", "precisions: []", "needs precisions"),
    ("precisions: [bf16]", "precisions: [bf16, fp4]", "no precision of training"),
    ("quarters: 12", "quarters: 12\noverlays: [us.bill]", "rules as they stand"),
]


@pytest.mark.parametrize(("before", "after", "problem"), BAD)
def test_a_bad_study_is_refused_with_its_line(tmp_path, catalog, before, after, problem):
    path = broken(tmp_path, before, after)
    with pytest.raises(InputError) as caught:
        load_study(str(path), catalog)
    text = str(caught.value)
    assert problem in text
    assert re.match(rf"{re.escape(str(path))}(:\d+)?: ", text)
    assert "; " in text


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 40,
        b"- " * 6_000_000,
        b"[" * 10_000,
        b"a: &a [x]\nb: *a\n",
        b"just a sentence",
        b"",
    ],
    ids=["binary", "10 MB", "deep", "alias", "text", "empty"],
)
def test_a_file_that_is_no_study_is_one_line_and_status_2(tmp_path, capsys, content):
    path = tmp_path / "study.yaml"
    path.write_bytes(content)
    assert main(["run", str(path)]) == 2
    streams = capsys.readouterr()
    assert streams.err.count("\n") == 1
    assert str(path) in streams.err
    assert "Traceback" not in streams.err


def test_an_unknown_name_lists_the_packaged_studies(catalog):
    with pytest.raises(InputError, match="h200"):
        load_study("h300", catalog)


@pytest.mark.parametrize("name", packaged_studies())
def test_packaged_studies_load(name, catalog):
    document = open_study(name)
    assert perspective_of(document) in set(Perspective)
    if perspective_of(document) in ORDERING:
        assert load_study(name, catalog).study.study == name


def test_every_field_of_the_study_is_documented(request):
    import dataclasses

    text = (request.config.rootpath / "docs" / "study.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", text))
    fields, queue = set(), [Study]
    while queue:
        kind = queue.pop()
        for field in dataclasses.fields(kind):
            fields.add(field.name)
            queue.extend(_dataclasses_in(kind, field.name))
    assert fields - documented == set()


def _dataclasses_in(kind, name):
    import dataclasses
    import typing

    from narrows.study.given import Given

    found = typing.get_type_hints(kind)[name]
    kinds = [found, *typing.get_args(found)]
    return [k for k in kinds if dataclasses.is_dataclass(k) and k is not Given]


def test_thirds_that_fall_a_hair_short_of_one_are_shared_out_whole(tmp_path, catalog):
    path = broken(tmp_path, "{2: 0.6, 3: 0.4}", "{1: 0.3333333, 2: 0.3333333, 3: 0.3333333}")
    shares = lead_shares(load_study(str(path), catalog).study.options[0])
    assert list(shares) == [1, 2, 3]
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-15)


def test_a_perspective_that_is_no_word_is_refused(tmp_path):
    path = broken(tmp_path, "perspective: buyer", "perspective: [buyer]")
    with pytest.raises(InputError, match="no such perspective"):
        perspective_of(open_study(str(path)))


@pytest.mark.parametrize("name", ["我的研究", "h200-v1.2", "north_2 b"])
def test_a_study_may_have_a_name_in_any_script(tmp_path, catalog, name):
    path = broken(tmp_path, "study: h200", f"study: {name}")
    assert load_study(str(path), catalog).study.study == name
