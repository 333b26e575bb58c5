"""Where the draws of a study run changes nothing; draws that are lost are told."""

from __future__ import annotations

import pytest
from tests.executors.faults import Killing, Losing

from narrows.brief import render_html
from narrows.catalog import data_root
from narrows.cli.app import main
from narrows.core import RefusalError
from narrows.executors import Processes, Run, Serial
from narrows.study import run_study
from narrows.study.sensitivity import study_sensitivity

SOURCE = (data_root() / "studies" / "h200.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A file with the packaged question over four quarters."""
    path = tmp_path_factory.mktemp("study") / "short.yaml"
    text = SOURCE.replace("\nquarters: 12\n", "\nquarters: 4\n")
    assert text != SOURCE
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def serial(short):
    return run_study(str(short)).to_json()


def test_processes_give_the_bytes_of_one_though_workers_are_killed(short, serial, tmp_path):
    killing = Killing(tmp_path)
    assert run_study(str(short), executor=killing).to_json() == serial
    assert killing.retried == [1, 1], "searches and draws, each with one worker killed"


def test_a_lost_search_is_refused_by_name(short):
    lost = Losing(frozenset({"h200 in pretraining", "ascend-910c in chat-serving"}))
    with pytest.raises(RefusalError) as refused:
        run_study(str(short), executor=lost)
    assert "2 of 32 jobs have no result" in refused.value.reason
    for key in lost.lost:
        assert f"{key}: its worker was lost" in refused.value.reason


def test_lost_draws_are_told_and_the_rest_weigh_more(short):
    document = run_study(str(short), executor=Losing(frozenset({"draw 1", "draw 2"}))).document
    draws = document["sensitivities"]["draws"]
    assert draws["count"] == 17
    assert draws["coverage"] == pytest.approx(16 / 18)
    (told,) = [one for one in document["not_checked"] if one["id"] == "draws.lost"]
    assert told["message"]["values"]["failed"] == 2
    assert told["message"]["values"]["lost"] == pytest.approx(2 / 19)
    page = render_html(document, language="en")
    assert "2 of 19 scenarios have no result (draw 1 (its worker was lost)" in page


def test_a_run_without_losses_says_nothing_of_them(serial):
    assert "draws.lost" not in serial
    assert isinstance(Serial().run([]), Run)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--workers", "2"], "nothing runs elsewhere"),
        (["--ray-address", "10.0.0.1:6379"], "nothing runs elsewhere"),
        (["--executor", "serial", "--workers", "2"], "has no workers"),
        (["--executor", "processes"], "how many processes"),
        (["--executor", "processes", "--workers", "0"], "workers"),
        (["--executor", "processes", "--workers", "2", "--ray-address", "h:1"], "has no address"),
        (["--executor", "moon"], "moon"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(short, options, said, capsys):
    for verb in (["run", str(short)], ["bench", "planning"], ["sensitivity", str(short)]):
        assert main([*verb, *options]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1


def test_sobol_indices_are_the_same_from_processes_and_refused_with_a_loss(short):
    asked = {"samples": 2, "inputs": 3}
    here = study_sensitivity(str(short), **asked).to_json()
    assert study_sensitivity(str(short), executor=Processes(workers=2), **asked).to_json() == here
    with pytest.raises(RefusalError, match="1 of 10 jobs have no result"):
        study_sensitivity(str(short), executor=Losing(frozenset({"point 0"})), **asked)


def test_a_study_that_sweeps_nothing_has_no_executor(capsys):
    assert main(["run", "h200-policy", "--executor", "serial"]) == 2
    assert "sweeps nothing" in capsys.readouterr().err


def test_only_planning_is_measured_elsewhere(capsys):
    assert main(["bench", "futures", "--executor", "serial"]) == 2
    assert "bench planning" in capsys.readouterr().err
