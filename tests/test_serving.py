"""What a benchmark starts ends with it, however that ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import alive, wait_until

from benchmarks.serving import group_that_ends_with_us

BUSY = """
import os, signal, sys
signal.signal(signal.SIGTERM, getattr(signal, sys.argv[1]))
os.fork()
os.write(1, f"{os.getpid()}\\n".encode())
while True: pass
"""
BENCHMARK = f"""
import subprocess, sys, time
from benchmarks.serving import group_that_ends_with_us
with group_that_ends_with_us() as group:
    subprocess.Popen([sys.executable, "-c", {BUSY!r}, sys.argv[1]], process_group=group)
    time.sleep(600)
"""
APP = """
import time
from benchmarks.serving import running_app
with running_app() as server:
    print(server.process.pid, flush=True)
    time.sleep(600)
"""
Benchmark = subprocess.Popen[str]
Start = Callable[..., Benchmark]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start programs, in process groups of their own, that end with the test."""
    started: list[Benchmark] = []

    def begin(*command: str) -> Benchmark:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", *command], cwd=Path(__file__).parent.parent,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
            )
        )  # fmt: skip
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def read_pids(process: Benchmark, count: int) -> list[int]:
    assert process.stdout is not None
    pids = [int(process.stdout.readline()) for _ in range(count)]
    assert all(map(alive, pids))
    return pids


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("whole_group", [False, True])
def test_a_killed_benchmark_leaves_nothing_at_work(
    start: Start, number: signal.Signals, whole_group: bool
) -> None:
    process = start(BENCHMARK, "SIG_DFL")
    pids = read_pids(process, 2)
    if whole_group:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    wait_until(lambda: not any(map(alive, pids)))


def test_what_does_not_listen_is_ended_by_force(start: Start) -> None:
    process = start(BENCHMARK, "SIG_IGN")
    pids = read_pids(process, 2)
    process.terminate()
    wait_until(lambda: not any(map(alive, pids)))


def test_what_is_left_at_the_end_of_a_block_is_ended() -> None:
    with group_that_ends_with_us() as group:
        process = subprocess.Popen([sys.executable, "-c", "while True: pass"], process_group=group)
    assert process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_app_ends_with_the_benchmark(start: Start, number: signal.Signals) -> None:
    process = start(APP)
    (pid,) = read_pids(process, 1)
    process.send_signal(number)
    wait_until(lambda: not alive(pid))
