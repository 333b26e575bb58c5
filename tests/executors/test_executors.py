"""Serial and processes give the same outcomes in the same order, whatever goes wrong."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.executors import work

from narrows.core import InputError, RefusalError
from narrows.executors import (
    TRIES,
    Backend,
    Cause,
    Done,
    ExecutorError,
    Failure,
    Job,
    JobError,
    Limits,
    Processes,
    RayCluster,
    Run,
    Serial,
    choose_executor,
    job_seed,
)
from narrows.executors.address import knock

TWO = Processes(workers=2)


def _jobs(function, argument_lists):
    return [
        Job(key=f"job {i}", work=function, arguments=tuple(arguments))
        for i, arguments in enumerate(argument_lists)
    ]


@pytest.fixture(params=["serial", "processes"])
def executor(request):
    return Serial() if request.param == "serial" else TWO


def test_results_come_in_job_order_whatever_ends_first():
    run = TWO.run(_jobs(work.slow_first, [(0, 0.4), (1, 0.0), (2, 0.0), (3, 0.0)]))
    assert run.values() == (0, 1, 2, 3)
    assert run.retried == 0


def test_processes_equal_serial_to_the_bit():
    sweep = _jobs(work.cap_cost, [(3, factor) for factor in (0.5, 1.0, 1.5, 2.0)])
    policies = [Job(key=f"seed {s}", work=work.policy_cost, arguments=(s,)) for s in range(2)]
    jobs = [*sweep, *policies]
    assert TWO.run(jobs) == Serial().run(jobs)


def test_a_worker_that_dies_costs_one_try_of_one_job(tmp_path):
    marks = [(str(tmp_path / f"mark{i}"), i) for i in range(3)]
    run = TWO.run(_jobs(work.die_once, marks))
    assert run.values() == (0, 1, 2)
    assert [one.tries for one in run.outcomes] == [2, 2, 2]


def test_a_worker_killed_from_outside_loses_nothing(tmp_path):
    jobs = _jobs(work.say_where, [(str(tmp_path / f"{i}"), i, 0.5) for i in range(5)])
    killer = threading.Thread(target=_kill_who_writes, args=(tmp_path / "1",))
    killer.start()
    run = TWO.run(jobs)
    killer.join()
    assert run.values() == tuple(range(5))
    assert [one.tries for one in run.outcomes] == [1, 2, 1, 1, 1]


def _kill_who_writes(file):
    while not file.exists() or not file.read_text():
        time.sleep(0.01)
    os.kill(int(file.read_text()), signal.SIGKILL)


def test_a_job_that_always_kills_its_worker_is_given_up_and_spoils_no_other():
    jobs = [*_jobs(work.draw, [(i,) for i in range(4)])]
    jobs.insert(1, Job(key="poison", work=work.die, arguments=(0,)))
    run = TWO.run(jobs)
    (failure,) = run.failures
    assert failure == Failure(
        key="poison", cause=Cause.GONE, reason="its worker ended with status -9", tries=TRIES
    )
    assert isinstance(run.outcomes[1], Failure)
    assert [one.tries for one in run.done] == [1, 1, 1, 1]
    with pytest.raises(RefusalError, match="1 of 5 jobs have no result"):
        run.values()


def test_a_refusal_is_final_and_short_memory_is_not(executor, tmp_path):
    jobs = [
        Job(key="refused", work=work.refuse, arguments=("price",)),
        Job(key="short", work=work.short_of_memory_once, arguments=(str(tmp_path / "mark"),)),
    ]
    run = executor.run(jobs)
    assert run.outcomes[0] == Failure(
        key="refused",
        cause=Cause.RAISED,
        reason="RefusalError: refused: nothing is known; missing: price",
        tries=1,
    )
    assert run.outcomes[1] == Done(key="short", value="fits", tries=2)


def test_memory_that_is_always_short_is_reported(executor, tmp_path):
    missing = str(tmp_path / "no folder" / "mark")
    run = executor.run([Job(key="disk", work=work.short_of_memory_once, arguments=(missing,))])
    (failure,) = run.failures
    assert (failure.cause, failure.tries) == (Cause.SHORT, TRIES)


def test_a_job_that_overruns_is_stopped_and_reported():
    jobs = _jobs(work.sleep, [(60.0,), (0.0,)])
    # long enough for a worker to start on a machine that is busy with other tests
    run = TWO.run(jobs, Limits(seconds=8.0, tries=1))
    assert run.outcomes[1] == Done(key="job 1", value=0.0, tries=1)
    assert run.failures == (
        Failure(key="job 0", cause=Cause.OVERRAN, reason="longer than 8 s", tries=1),
    )


def test_a_bug_stops_the_run(capfd):
    jobs = [Job(key="slip", work=work.bug)]
    with pytest.raises(KeyError):
        Serial().run(jobs)
    with pytest.raises(JobError, match="job 'slip' holds a bug"):
        TWO.run(jobs)
    assert "KeyError: 'absent'" in capfd.readouterr().err


def test_no_process_is_left_behind(executor):
    executor.run(_jobs(work.draw, [(1,)]))
    assert multiprocessing.active_children() == []


def test_workers_keep_to_one_thread_and_the_caller_keeps_its_own(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    run = TWO.run([Job(key="threads", work=work.threads)])
    assert run.values() == (("1", "1"),)
    assert work.threads() == ("7", None)


def test_a_job_cannot_change_its_callers_arguments(executor):
    values = [0]
    jobs = [Job(key=key, work=work.append, arguments=(values,)) for key in "ab"]
    assert executor.run(jobs).values() == ([0, 1], [0, 1])
    assert values == [0]


def test_what_cannot_be_sent_is_refused_everywhere(executor):
    with pytest.raises(InputError, match="inner: the job cannot be sent to a worker"):
        executor.run([Job(key="inner", work=lambda: 1)])


def test_limits_and_keys_are_checked(executor):
    jobs = _jobs(work.draw, [(1,), (2,)])
    with pytest.raises(InputError, match="too many jobs"):
        executor.run(jobs, Limits(jobs=1))
    with pytest.raises(InputError, match="two jobs have one key"):
        executor.run([jobs[0], jobs[0]])
    assert executor.run([]) == Run(outcomes=())
    for wrong in ({"jobs": 0}, {"seconds": 0.0}, {"seconds": float("nan")}, {"tries": 0}):
        with pytest.raises(InputError):
            Limits(**wrong)
    with pytest.raises(InputError, match="worker processes"):
        Processes(workers=0)


def test_processes_that_cannot_begin_are_no_jobs_fault(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import math\n"
        "from narrows.executors import ExecutorError, Job, Processes\n"
        "try:\n"
        "    Processes(workers=1).run([Job(key='a', work=math.sqrt, arguments=(4.0,))])\n"
        "except ExecutorError as error:\n"
        "    print(error)\n"
    )
    shown = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "worker processes end before they begin (exit status 1)" in shown.stdout


@given(st.text(), st.text(), st.integers())
def test_seeds_follow_the_key_alone(one, other, root):
    seed = job_seed(one, root=root)
    assert seed == job_seed(one, root=root)
    assert 0 <= seed < 2**64
    assert (seed == job_seed(other, root=root)) == (one == other)


def test_seeds_are_the_same_in_every_release():
    assert job_seed("draw 0") == 16_407_116_907_389_623_687


def test_a_choice_that_would_be_ignored_is_refused():
    assert choose_executor(Backend.SERIAL) == Serial()
    assert choose_executor(Backend.PROCESSES, workers=2) == TWO
    ray = choose_executor(Backend.RAY, ray_address="10.0.0.1:6379")
    assert ray == RayCluster(address="10.0.0.1:6379")
    with pytest.raises(InputError, match="has no address"):
        choose_executor(Backend.PROCESSES, workers=2, ray_address="10.0.0.1:6379")
    with pytest.raises(InputError, match="not said"):
        choose_executor(Backend.PROCESSES)
    with pytest.raises(InputError, match="no workers"):
        choose_executor(Backend.SERIAL, workers=2)
    with pytest.raises(InputError, match="own workers"):
        choose_executor(Backend.RAY, workers=2, ray_address="10.0.0.1:6379")


@pytest.mark.parametrize("address", ["auto", "ray://10.0.0.1:1", "10.0.0.1", "host:port", ":1"])
def test_an_address_without_host_and_port_is_refused(address):
    with pytest.raises(InputError, match="not the address of a Ray cluster"):
        RayCluster(address=address)


def test_an_address_where_nobody_answers_is_said_at_once():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ExecutorError, match="no Ray cluster answers"):
            knock(address)


def test_without_the_extra_one_line_says_how_to_mend_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ExecutorError, match=r"install the extra narrows\[ray\]") as caught:
        RayCluster().run([Job(key="a", work=work.draw, arguments=(1,))])
    assert "\n" not in str(caught.value)
