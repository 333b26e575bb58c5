"""The strict reader: what it reads, and what it refuses with a line."""

from datetime import date

import pytest

from narrows.core import InputError, parse_document, read_document


def test_scalars_mean_what_a_lawyer_reads():
    text = (
        'a: NO\nb: 22:30\nc: 1e3\nd: 2026-01-23\ne: 2026-01\nf: "12"\ng: 1_000\nh:\ni: true\nj: yes'
    )
    assert parse_document(text).tree == {
        "a": "NO", "b": "22:30", "c": 1000.0, "d": date(2026, 1, 23), "e": "2026-01",
        "f": "12", "g": 1000, "h": None, "i": True, "j": "yes",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a: &x 1\nb: *x", "anchors", 1),
        ("a: 1\na: 2", "duplicate key", 2),
        ("a: 1\nb: !!python/object:os.system {}", "tags", 2),
        ("a: !own 1", "tags", 1),
        ("a: [1,\n", "not valid YAML", 2),
        ("a: 2026-02-30", "no such day", 1),
        ("? [a]\n: 1", "key must be a word", 1),
        ("a: 1\n---\nb: 2", "second document", 3),
        ("a: 1\nb: " + "7" * 5000, "too long", 2),
        ("a: 1e999", "too large", 1),
    ],
)
def test_refusals_name_the_line(text, problem, line):
    with pytest.raises(InputError, match=problem) as caught:
        parse_document(text)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_a_long_text_of_digits_is_read_as_fast_as_it_is_long():
    text = "7" * 400_000 + "x"
    assert parse_document(f"a: {text}").tree == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("-.5", -0.5), ("5.", 5.0), ("+1_000.25", 1000.25), (".", "."), ("1e", "1e")],
)
def test_what_is_a_number_and_what_is_text(text, value):
    assert parse_document(f"a: {text}").tree == {"a": value}


@pytest.mark.parametrize("text", ["", "# nothing but a remark\n", "---\n"])
def test_a_text_without_values_is_null(text):
    assert parse_document(text).tree is None


def test_tags_that_yaml_itself_gives_change_nothing():
    assert parse_document("- ! 5\n- !!str 5\n- !!map {b: 1}").tree == [5, 5, {"b": 1}]


def test_deep_nesting_is_refused():
    with pytest.raises(InputError, match="nesting"):
        parse_document("[" * 5000)


def test_an_alias_bomb_is_refused_before_it_expands():
    rows = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 9)]
    with pytest.raises(InputError, match="aliases"):
        parse_document("\n".join(["l0: &l0 [x]", *rows]))


def test_too_many_nodes_are_refused():
    with pytest.raises(InputError, match="nodes"):
        parse_document("[" + "1," * 500_000 + "1]")


def test_files_that_are_no_text_or_too_large(tmp_path):
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="UTF-8"):
        read_document(binary)
    large = tmp_path / "large.yaml"
    large.write_text("a: " + "x" * 10_000_000)
    with pytest.raises(InputError, match="limit"):
        read_document(large)
    with pytest.raises(InputError, match="cannot be read"):
        read_document(tmp_path / "absent.yaml")


def test_lines_of_nested_nodes_are_remembered():
    document = parse_document("a:\n  - b: 1\n    c: 2\n")
    assert document.line_of(("a", 0, "c")) == 3
    assert document.line_of(("a", 0, "missing")) == 2
