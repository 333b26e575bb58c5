"""Exit statuses and one-line errors of the command line."""

import resource
import statistics
import subprocess
import sys

import pytest

from narrows.cli import main
from narrows.cli.app import build_app
from narrows.cli.verbs import GROUPS, VERBS

HELP_MAX_CPU_S = 0.4


@pytest.mark.parametrize(
    "arguments", [["bogus"], ["run"], ["run", "h200", "--bogus"], ["run", "no-such-study"]]
)
def test_bad_input_is_one_line_and_status_2(capsys, arguments):
    assert main(arguments) == 2
    streams = capsys.readouterr()
    assert streams.err.startswith("narrows: ")
    assert streams.err.count("\n") == 1
    assert "Traceback" not in streams.err + streams.out


def test_narrows_alone_names_a_command_for_each_user(capsys):
    assert main([]) == 0
    assert "narrows run h200" in capsys.readouterr().out


def test_every_listed_verb_is_built():
    from importlib import import_module

    for verb in VERBS:
        module, function = verb.target.split(":")
        assert callable(getattr(import_module(module), function))
        assert len(verb.words) == 1 or verb.words[0] in GROUPS


def test_help_lists_every_verb(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(verb.words[0] in out for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: " ".join(verb.words))
def test_help_says_what_every_option_means(verb, capsys):
    app = build_app()
    for word in verb.words:
        app = app[word]
    for argument in app.assemble_argument_collection(parse_docstring=True):
        if not argument.children:
            assert argument.parameter.help, f"{' '.join(verb.words)} {argument.name}"
    assert main([*verb.words, "--help"]) == 0
    assert "--empty" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rnu", "h200"], "did you mean run?"),
        (["rules", "statements", "x"], "no use for 'x'; narrows --help"),
        (["chip", "h200", "--as-known-on", "2019-01-01"], "public on 2019-01-01"),
        (["run", "h200", "--as-known-on", "2019-01-01"], "public on 2019-01-01"),
        (["rules", "check", "h200", "--destination", "China", "--on", "2026-01-23"], "two letters"),
        (["market", "--as-known-on", "2090-01-01"], "the outlook ends with"),
        (["train", "llama3-70b", "--on", "dgx-h100", "--chips", "-8"], "chips: out of range"),
        (["train", "llama3-70b", "--on", "dgx-h100", "--chips", "8", "--top", "0"], "top: out of"),
        (["train", "llama3-70b", "--on", "dgx-h100", "--chips", "8", "--tokens", "nan"], "tokens:"),
        (["parity", "h100", "h20", "--model", "llama3-70b", "--batch", "0"], "batch: out of range"),
        (["fleet", "llama3-70b", "--on", "dgx-h200", "--peaks", "1e300"], "peaks: out of range"),
        (["fleet", "llama3-70b", "--on", "dgx-h200", "--peaks", "9", "--currency", ""], "CNY"),
        (["fleet", "llama3-70b", "--on", "dgx-h200", "--peaks", "9", "--held", "hgx-h20=8.5"],
         "not a whole number"),
        (["cluster", "llama3-70b", "--on", "dgx-h200", "--tokens", "1e300", "--days", "9"],
         "tokens: out of range"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_named(capsys, arguments, said):
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_help_is_quick():
    def cpu_s():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "narrows", "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert statistics.median(cpu_s() for _ in range(5)) <= HELP_MAX_CPU_S


def test_a_day_that_is_none_is_told_how_to_be_written(capsys):
    assert main(["clocks", "--from", "2026/02/01"]) == 2
    assert "2026/02/01" in (said := capsys.readouterr().err)
    assert said.endswith("; write a day as 2026-01-23\n")


def test_a_dash_is_no_file(capsys):
    assert main(["audit", "-"]) == 2
    assert "/dev/stdin" in capsys.readouterr().err


def test_the_day_in_force_has_one_name_on_every_verb(capsys):
    asked = ["rules", "check", "b200", "--destination", "CN", "--json"]
    answers = []
    for words in (["--on", "2026-02-01"], ["--in-force-on", "2026-02-01"]):
        assert main([*asked, *words]) == 1
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1]
