"""Exit statuses and one-line errors of the command line."""

import resource
import statistics
import subprocess
import sys

import pytest

from narrows.cli import main
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


def test_help_is_quick():
    def cpu_s():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "narrows", "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert statistics.median(cpu_s() for _ in range(5)) <= HELP_MAX_CPU_S
