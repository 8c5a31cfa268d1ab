"""One tick, one transaction: every job undone alone if it fails, one commit, then the answers and the wake-ups.

    submit ─► jobs of this tick ─► BEGIN ─► each job ─► COMMIT (fsync) ─► done(...) for each ─► wake

An answer leaves only after the commit. When the commit (or the disk under a statement) fails, the tick's jobs run
again one by one, so that only those that cannot be stored are told so. On a store shared by several nodes each job is
its own transaction on a thread, repeated when the database asks for it. Either way a job may run more than once: it has
no effect outside of its transaction.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from eventyard.base.clock import Clock
from eventyard.base.errors import AwsError, StoreFailed
from eventyard.base.faults import Faults
from eventyard.engine.call import Call
from eventyard.engine.park import Park, Parks, Perform
from eventyard.store.tx import Store, TryAgain, Tx

log = logging.getLogger(__name__)

JOBS_MAX = 256
"""Jobs in one transaction; more wait for the next tick, so that the first ones are not kept waiting."""

REPEATS_MAX = 20
THREADS_MAX = 8

Work = Callable[[Tx, Call[Any]], Any]
Done = Callable[[Any], None]
"""Told the outcome once: a result, or the exception that answers for it (`AwsError`, else our own mistake)."""


@dataclass(slots=True)
class Job:
    """Work to be done in a transaction, and who is told."""

    call: Call[Any]
    work: Work
    done: Done


@dataclass(slots=True)
class Failure:
    """An outcome that is an exception."""

    error: Exception


class _WroteAndFailed(Exception):
    """A job failed after it had written, so its writes have to be taken back; `failure` is its outcome."""

    def __init__(self, failure: Failure) -> None:
        super().__init__()
        self.failure = failure


class Group:
    """Collects jobs and runs them; knows when nothing is left to do. `noted` gets the notes of what is committed."""

    def __init__(self, store: Store, clock: Clock, faults: Faults, noted: Callable[[list[object]], None]) -> None:
        self.parks = Parks(clock)
        self._noted = noted
        self._store = store
        self._clock = clock
        self._faults = faults
        self._jobs: list[Job] = []
        self._is_ticking = False
        self._is_draining = False
        self._performing: set[asyncio.Task[None]] = set()
        self._in_threads = 0
        self._threads = ThreadPoolExecutor(THREADS_MAX, "tx") if store.is_shared else None

    def submit(self, job: Job) -> None:
        """Run the job in this tick's transaction (or its own, on a shared store)."""
        if self._threads is not None:
            self._submit_alone(job, self._threads)
            return
        self._jobs.append(job)
        if not self._is_ticking:
            asyncio.get_running_loop().call_soon(self._look_again)
            self._is_ticking = True

    @property
    def is_quiet(self) -> bool:
        """Nothing runs and nothing is about to; callers may be parked."""
        return not (self._jobs or self._is_ticking or self._performing or self._in_threads)

    def drain(self) -> None:
        """From now on nobody waits: the parked are answered at once."""
        self._is_draining = True
        self.parks.wake_all()

    def close(self) -> None:
        """Nothing runs any more."""
        for task in self._performing:
            task.cancel()
        if self._threads is not None:
            self._threads.shutdown(wait=True)

    def _look_again(self) -> None:
        """Where several came at once, more have come while they were read: let those share the commit."""
        if len(self._jobs) > 1:
            asyncio.get_running_loop().call_soon(self._tick)
        else:
            self._tick()

    def _tick(self) -> None:
        jobs, self._jobs = self._jobs[:JOBS_MAX], self._jobs[JOBS_MAX:]
        self._is_ticking = bool(self._jobs)
        if self._is_ticking:
            asyncio.get_running_loop().call_soon(self._tick)
        notes: list[object] = []
        try:
            outcomes = self._run_together(jobs, notes)
        except StoreFailed:
            outcomes = [self._run_alone(job, notes) for job in jobs]
        self._answer(jobs, outcomes)
        if notes:
            self._noted(notes)

    def _run_together(self, jobs: list[Job], notes: list[object]) -> list[Any]:
        """The outcomes of the jobs after their one commit, which adds to `notes`.

        Raises StoreFailed or TryAgain, and nothing remains.

        First without a savepoint for each, since hardly any operation fails after it has written; when one does, all of
        them run again with savepoints.
        """
        try:
            return self._run_in_one(jobs, notes, is_careful=False)
        except _WroteAndFailed:
            return self._run_in_one(jobs, notes, is_careful=True)

    def _run_in_one(self, jobs: list[Job], notes: list[object], *, is_careful: bool) -> list[Any]:
        tx = self._store.transaction()
        now_ms = self._clock.now_ms()
        run = self._run_carefully if is_careful else self._run
        try:
            outcomes = [run(tx, job, now_ms) for job in jobs]
            self._settle(tx)
            self._commit(tx)
            notes += tx.notes
        except BaseException:
            tx.rollback()
            raise
        finally:
            self._store.release(tx)
        return outcomes

    def _run_alone(self, job: Job, notes: list[object]) -> Any:
        """One job, its own transaction; StoreFailed becomes its outcome. Its notes are added to `notes`."""
        for repeat in range(REPEATS_MAX):
            try:
                return self._run_together([job], notes)[0]
            except StoreFailed as failure:
                log.error("not stored: %s %s: %s", job.call.service, job.call.operation, failure)
                return Failure(AwsError("ServiceUnavailable", str(failure), status=503, is_server_fault=True))
            except TryAgain:
                self._store.wait_to_repeat(repeat)
        return Failure(AwsError("ServiceUnavailable", "The database is too busy.", status=503, is_server_fault=True))

    def _run(self, tx: Tx, job: Job, now_ms: int) -> Any:
        """The job's outcome. Raises _WroteAndFailed when what a failed job wrote is to be taken back."""
        call = job.call
        call.now_ms = now_ms
        call.woken.clear()
        writes, noted = tx.writes, len(tx.notes)
        try:
            return job.work(tx, call)
        except AwsError as error:
            failure = Failure(error)
        except (StoreFailed, TryAgain):
            raise
        except Exception as mistake:
            log.exception("a mistake of ours in %s %s (%s)", call.service, call.operation, call.trace.root)
            failure = Failure(mistake)
        if tx.writes != writes:
            raise _WroteAndFailed(failure)
        call.woken.clear()
        del tx.notes[noted:]
        return failure

    def _run_carefully(self, tx: Tx, job: Job, now_ms: int) -> Any:
        """The job's outcome; what a failed one wrote is taken back."""
        tx.enter()
        try:
            outcome = self._run(tx, job, now_ms)
            self._settle(tx)
        except _WroteAndFailed as failed:
            tx.undo()
            job.call.woken.clear()
            return failed.failure
        tx.release()
        return outcome

    def _settle(self, tx: Tx) -> None:
        """Insert what the jobs have given to be inserted. Raises _WroteAndFailed where that is our mistake."""
        try:
            tx.settle()
        except (StoreFailed, TryAgain):
            raise
        except Exception as mistake:
            log.exception("a mistake of ours in rows to insert")
            raise _WroteAndFailed(Failure(mistake)) from mistake

    def _commit(self, tx: Tx) -> None:
        if not tx.writes:
            tx.commit()
            return
        self._faults.point("store.commit.before")
        tx.commit()
        self._faults.point("store.commit.after")

    def _answer(self, jobs: list[Job], outcomes: list[Any], *, wakes: int | None = None) -> None:
        """Tell the outcomes, then wake. `wakes` is where the count of wake-ups stood when the jobs began to read."""
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, Park):
                self._park(job, outcome, wakes=self.parks.wakes if wakes is None else wakes)
            elif isinstance(outcome, Perform):
                self._perform(job, outcome)
            else:
                job.done(outcome.error if isinstance(outcome, Failure) else outcome)
        woken: dict[str, int] = {}
        for job in jobs:
            for channel, count in job.call.woken.items():
                woken[channel] = woken.get(channel, 0) + count
        for channel, count in woken.items():
            self.parks.wake(channel, count)

    def _park(self, job: Job, park: Park, *, wakes: int) -> None:
        assert not job.call.must_answer, f"{job.call.operation} parked although it must answer"

        def resume() -> None:
            job.call.must_answer = self._is_draining or self._clock.now_ms() >= park.until_ms
            self.submit(Job(job.call, park.then, job.done))

        if self._is_draining or self.parks.is_woken_since(park.channel, wakes):
            resume()
        else:
            self.parks.add(park, resume, job.call.is_gone)

    def _perform(self, job: Job, perform: Perform) -> None:
        async def run() -> None:
            outcome = await perform.effect()
            self.submit(Job(job.call, lambda tx, call: perform.then(tx, call, outcome), job.done))

        task = asyncio.get_running_loop().create_task(run())
        self._performing.add(task)
        task.add_done_callback(lambda ended: self._performed(ended, job))

    def _performed(self, task: asyncio.Task[None], job: Job) -> None:
        self._performing.discard(task)
        if not task.cancelled() and (mistake := task.exception()) is not None:
            log.error("a mistake of ours in an effect of %s", job.call.operation, exc_info=mistake)
            job.done(mistake)

    def _submit_alone(self, job: Job, threads: ThreadPoolExecutor) -> None:
        self._in_threads += 1
        wakes = self.parks.wakes
        notes: list[object] = []
        future = asyncio.get_running_loop().run_in_executor(threads, self._run_alone, job, notes)

        def ended(future: asyncio.Future[Any]) -> None:
            self._in_threads -= 1
            self._answer([job], [future.result()], wakes=wakes)
            if notes:
                self._noted(notes)

        future.add_done_callback(ended)
