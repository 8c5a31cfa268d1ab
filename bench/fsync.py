"""Where to wait for the disk: in the loop, as the product does, or on a helper thread while the next tick collects.

The server runs from this file in either way, with a commit that takes `DELAYS_MS` longer than this disk's own, as on a
slower disk. SQLite has one writer, so a helper thread can only let requests be read, verified and parsed meanwhile; the
next tick's operations begin after the commit in both. The thread's variant is a measurement: it knows no failures.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

from bench.harness import Contestant, Table, environment, publish, ratio
from bench.load import Measured
from bench.sqs_send import once
from eventyard.cli import up
from eventyard.engine import engine
from eventyard.engine.group import JOBS_MAX, Group, Job
from eventyard.settings import Settings
from eventyard.store.tx import Tx

DELAYS_MS = (0, 1, 5)
CONNECTIONS = (1, 16, 64)
WAYS = ("loop", "thread")
TURNS = 2


class CommitsOnAThread(Group):
    """A group whose loop goes on while the disk is waited for; the answers still leave after it."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._thread = ThreadPoolExecutor(1)

    def _tick(self) -> None:
        jobs, self._jobs = self._jobs[:JOBS_MAX], self._jobs[JOBS_MAX:]
        tx = self._store.transaction()
        now_ms = self._clock.now_ms()
        outcomes = [self._run(tx, job, now_ms) for job in jobs]
        if not tx.writes:
            self._commit(tx)
            self._ended(jobs, outcomes)
            return
        commit = asyncio.get_running_loop().run_in_executor(self._thread, self._commit, tx)
        commit.add_done_callback(lambda _: self._ended(jobs, outcomes))

    def _ended(self, jobs: list[Job], outcomes: list[Any]) -> None:
        self._is_ticking = bool(self._jobs)
        if self._is_ticking:
            asyncio.get_running_loop().call_soon(self._tick)
        self._answer(jobs, outcomes)


def slow_down(delay_ms: int) -> None:
    """Have every commit that wrote take longer, as on a slower disk."""
    commit = Tx.commit

    def slowly(tx: Tx) -> None:
        if tx.writes:
            time.sleep(delay_ms / 1000)
        commit(tx)

    Tx.commit = slowly  # type: ignore[method-assign]


def contestant(way: str, delay_ms: int) -> Contestant:
    """The server with this way of waiting on this disk."""

    def command(port: int, folder: Path) -> tuple[list[str], Mapping[str, str]]:
        line = [sys.executable, "-m", "bench.fsync", way, str(delay_ms), str(port), str(folder / "data")]
        return line, environment()

    return Contestant(way, command, "/_eventyard/ready")


def serve(way: str, delay_ms: int, port: int, folder: Path) -> None:
    """Be that server. Only here is a class of the product replaced, since the product has no such switch."""
    if way == "thread":
        engine.Group = CommitsOnAThread  # type: ignore[misc]
    if delay_ms:
        slow_down(delay_ms)
    up.serve_until_stopped(Settings(port=port, data_folder=folder))


def run() -> None:
    """Measure and publish; the best of several turns counts, since a busy machine only ever slows down."""
    best: dict[tuple[int, int, str], Measured] = {}
    for delay_ms, connections, way in product(DELAYS_MS * TURNS, CONNECTIONS, WAYS):
        measured = once(contestant(way, delay_ms), connections)
        key = (delay_ms, connections, way)
        if key not in best or measured.rate_per_s > best[key].rate_per_s:
            best[key] = measured
    rows = []
    for delay_ms, connections in product(DELAYS_MS, CONNECTIONS):
        loop, thread = (best[delay_ms, connections, way] for way in WAYS)
        rates = (f"{loop.rate_per_s:,.0f}", f"{thread.rate_per_s:,.0f}", ratio(thread.rate_per_s, loop.rate_per_s))
        p99 = (f"{loop.p99_ms:.2f}", f"{thread.p99_ms:.2f}")
        rows.append((str(delay_ms), str(connections), *rates, *p99))
    columns = (
        "ms added to a commit",
        "connections",
        "loop, messages/s",
        "thread",
        "thread is",
        "loop, p99 ms",
        "thread",
    )
    publish("fsync", Table("SendMessage, waiting for the disk in the loop or on a thread", columns, rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("delay_ms", type=int)
    parser.add_argument("port", type=int)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    serve(given.way, given.delay_ms, given.port, given.folder)
