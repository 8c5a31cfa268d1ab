"""The effect `logs.query`: one Insights query, read and run outside of any transaction, in a thread.

    begin (Running) ─► events by pages ─► the query's own database ─► answer ─► settle (Complete, its results)
         ▲                                      │ StopQuery or an hour: interrupted
         └── the server died: its row is due again at the next start

Its results are kept for a week, by a timer. Two queries run at once; others wait and are `Scheduled` meanwhile.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html (an hour, seven days)
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from eventyard.base.errors import EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.due.row import DueRow
from eventyard.engine.engine import Engine
from eventyard.engine.park import Park
from eventyard.engine.registry import Effect, Timer
from eventyard.languages.insights.compiler import compile_query
from eventyard.services.logs.model.insights import (
    CANCELLED,
    COMPLETE,
    FAILED,
    KEPT_MS,
    RUNTIME_MAX_MS,
    TIMEOUT,
    Answer,
    Found,
    QueryFailed,
    QueryRun,
)
from eventyard.services.logs.queries import insights
from eventyard.store.tx import Row, Tx

if TYPE_CHECKING:
    from eventyard.services.logs.work.insights_database import InsightsDatabase

log = logging.getLogger(__name__)

QUERY = "logs.query"
FORGET = "logs.query_results"
_AT_ONCE = 2
_PAGE_BYTES = 8_000_000
_PAGE_ROWS_FIRST, _PAGE_ROWS_MAX = 500, 2_000
"""Events of one read: as many as are some megabytes, so that no read holds up the loop for long."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a query ended."""

    status: str
    answer: Answer = field(default_factory=Answer)


@dataclass(slots=True)
class QueryRunner:
    """Runs the queries of one platform."""

    _engine: Engine | None = None
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def start(self, engine: Engine) -> None:
        """The engine serves."""
        self._engine = engine

    def effect(self) -> Effect:
        """What the registry knows of it."""
        return Effect(perform=self._perform, settle=_settle, failed=_failed)

    async def _perform(self, due: DueRow) -> _Ended:
        async with self._room:
            run: QueryRun | None = await self._read(due, lambda tx: insights.begin_run(tx, due.key))
            return _Ended(CANCELLED) if run is None else await self._answered(due, run)

    async def _answered(self, due: DueRow, run: QueryRun) -> _Ended:
        """The query's answer, or how it ended without one. It is interrupted when it is stopped or takes too long."""
        database = await asyncio.to_thread(_new_database)
        watch = asyncio.get_running_loop().create_task(self._watched(due, database))
        try:
            await asyncio.to_thread(database.open)
            await self._fill(due, run, database)
            compiled = compile_query(run.text, limit=run.rows_max, now_ms=run.created_at_ms)
            return _Ended(COMPLETE, await asyncio.to_thread(database.answer, compiled))
        except QueryFailed as failure:
            if watch.done():
                return _Ended(watch.result())
            log.error("the query %s failed: %s", run.id, failure)
            return _Ended(FAILED)
        finally:
            database.interrupt()
            watch.cancel()
            await asyncio.to_thread(database.close)

    async def _fill(self, due: DueRow, run: QueryRun, database: "InsightsDatabase") -> None:
        for group_id, name in zip(run.group_ids, run.group_names, strict=True):
            place, rows_max = (run.range.from_ms, -1), _PAGE_ROWS_FIRST
            while lines := await self._lines(due, run, group_id, place=place, rows_max=rows_max):
                await asyncio.to_thread(database.add, f"{run.account}:{name}", group_id, lines)
                if len(lines) < rows_max:
                    break
                place = (lines[-1][1], lines[-1][0])
                mean_bytes = sum(len(line[3]) for line in lines) // len(lines) + 100
                rows_max = max(1, min(_PAGE_BYTES // mean_bytes, _PAGE_ROWS_MAX))

    async def _lines(
        self, due: DueRow, run: QueryRun, group_id: int, *, place: tuple[int, int], rows_max: int
    ) -> list[Row]:
        until_ms = run.range.until_ms
        found: list[Row] = await self._read(
            due, lambda tx: insights.lines_after(tx, group_id, place=place, until_ms=until_ms, rows_max=rows_max)
        )
        return found

    async def _watched(self, due: DueRow, database: "InsightsDatabase") -> str:
        """Interrupt the database when the query is stopped or its time is up; which of them it was."""
        assert self._engine is not None, "an effect before the start"
        until_ms = due.created_at_ms + RUNTIME_MAX_MS

        def look(tx: Tx, call: Call[Any]) -> str | Park:
            if not insights.is_unfinished(tx, due.key):
                return CANCELLED
            is_over = call.now_ms >= until_ms
            return TIMEOUT if is_over or call.must_answer else Park(stopped_channel(due.key), until_ms, look)

        ended: str = await self._engine.run(look, self._call(due))
        database.interrupt()
        return ended

    async def _read(self, due: DueRow, work: Any) -> Any:
        assert self._engine is not None, "an effect before the start"
        return await self._engine.run(lambda tx, call: work(tx), self._call(due))

    def _call(self, due: DueRow) -> Call[Any]:
        assert self._engine is not None, "an effect before the start"
        return self._engine.new_call(service="logs", operation=QUERY, account=due.account, region=due.region)


def begin(tx: Tx, call: Call[Any], run: QueryRun) -> None:
    """Have the query run soon."""
    insights.insert_run(tx, run)
    call.later(tx, kind=QUERY, key=run.id, at_ms=call.now_ms)
    call.later(tx, kind=FORGET, key=run.id, at_ms=call.now_ms + KEPT_MS)


def stopped_channel(query_id: str) -> str:
    """Woken when the query was stopped."""
    return f"{QUERY}.{query_id}"


def _new_database() -> "InsightsDatabase":
    from eventyard.services.logs.work.insights_database import InsightsDatabase  # noqa: PLC0415 - it reads DuckDB

    return InsightsDatabase()


def _settle(tx: Tx, call: Call[Any], due: DueRow, ended: _Ended) -> None:
    insights.end_run(tx, due.key, status=ended.status, found=ended.answer.found, pages=ended.answer.pages)
    call.wake(stopped_channel(due.key))


def _failed(tx: Tx, call: Call[Any], due: DueRow, failure: EffectFailed) -> None:
    insights.end_run(tx, due.key, status=FAILED, found=Found())


def _forget(tx: Tx, call: Call[Any], due: DueRow) -> None:
    insights.delete_run(tx, due.key)


TIMERS: Mapping[str, Timer] = MappingProxyType({FORGET: _forget})
