"""The database that one Insights query runs in: DuckDB in memory, made for it, bounded, and gone after it.

It is reached from threads alone, one at a time, but for `interrupt`. It has no way to files, to the net or to other
settings: all of that is off and locked before the query is known (docs/decisions/0021). Reading this file reads DuckDB,
so it is read in a thread at the first query.
"""

import itertools
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import orjson

from eventyard.languages.insights.compiler import ADD_EVENTS, EVENTS_TABLE, Column, Compiled
from eventyard.languages.insights.values import shown
from eventyard.services.logs.model.insights import PAGE_ROWS, Answer, Found, QueryFailed, pointer
from eventyard.store.tx import Row

_SETTINGS = (
    "memory_limit = '512MB'",
    "max_temp_directory_size = '4GB'",
    "autoload_known_extensions = false",
    "enable_external_access = false",
    "lock_configuration = true",
)
"""Bounds and locks; the last one of them locks them all. Half of the machine's cores stay for everybody else."""
RESULT_BYTES_MAX = 100_000_000
"""Of a result: more fails the query."""


class InsightsDatabase:
    """One query's events and its answer. `open` it, `add` events, `answer`, `close`."""

    def __init__(self) -> None:
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._is_interrupted = False
        self._lines = 0
        self._bytes = 0

    def open(self) -> None:
        """Make the database."""
        self._folder = TemporaryDirectory(prefix="eventyard-insights-")
        self._connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
        spilled = str(Path(self._folder.name) / "spilled").replace("'", "''")
        threads = max(1, (os.cpu_count() or 1) // 2)
        for setting in (f"temp_directory = '{spilled}'", f"threads = {threads}", *_SETTINGS):
            self._connection.execute(f"set {setting}")
        self._connection.execute(EVENTS_TABLE)

    def add(self, log: str, group_id: int, rows: Sequence[Row]) -> None:
        """Add events of a group, as `lines_after` gives them; `log` is its `@log`. Raises QueryFailed."""
        self._lines += len(rows)
        self._bytes += sum(len(row[3].encode()) for row in rows)
        seq, ts, ingested, messages, streams = zip(*rows, strict=True)
        separator = _separator(messages, streams)
        numbers = {"seq": seq, "ts": ts, "ingested": ingested}
        columns = {name: orjson.dumps(values).decode() for name, values in numbers.items()}
        texts = {"messages": separator.join(messages), "streams": separator.join(streams), "separator": separator}
        self._rows(ADD_EVENTS, {"log": log, "grp": group_id, **columns, **texts}, rows_max=1)

    def answer(self, compiled: Compiled) -> Answer:
        """Run the query. Raises QueryFailed."""
        matched = self._rows(compiled.matched_sql, dict(compiled.parameters), rows_max=1)
        cursor = self._execute(compiled.sql, dict(compiled.parameters))
        pages: list[str] = []
        count, size = 0, 0
        while rows := self._fetch(cursor, PAGE_ROWS):
            page = orjson.dumps([_row(row, compiled.columns, is_event=compiled.is_of_events) for row in rows]).decode()
            pages.append(page)
            count += len(rows)
            size += len(page)
            if size > RESULT_BYTES_MAX:
                raise QueryFailed(f"The result has more than {RESULT_BYTES_MAX} bytes.")
        found = Found(int(str(matched[0][0])), self._lines, self._bytes, count)
        return Answer(found, tuple(pages))

    def interrupt(self) -> None:
        """End what runs, from any thread; what runs then raises QueryFailed."""
        self._is_interrupted = True
        if self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        """Give back its memory and its files."""
        if self._connection is not None:
            self._connection.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _rows(self, sql: str, parameters: dict[str, object], *, rows_max: int) -> list[tuple[object, ...]]:
        return self._fetch(self._execute(sql, parameters), rows_max)

    def _execute(self, sql: str, parameters: dict[str, object]) -> duckdb.DuckDBPyConnection:
        assert self._connection is not None, "open it first"
        if self._is_interrupted:
            raise QueryFailed("interrupted")
        try:
            return self._connection.execute(sql, parameters)
        except duckdb.Error as failure:
            raise QueryFailed(str(failure)) from failure

    def _fetch(self, cursor: duckdb.DuckDBPyConnection, rows_max: int) -> list[tuple[object, ...]]:
        try:
            found: list[tuple[object, ...]] = cursor.fetchmany(rows_max)
        except duckdb.Error as failure:
            raise QueryFailed(str(failure)) from failure
        return found


def _separator(*columns: Sequence[str]) -> str:
    """What stands in none of the texts, so that those which it joins can be told apart again."""
    candidates = (f"\x1e{number}\x1d" for number in itertools.count())
    return next(one for one in candidates if all(one.join(texts).split(one) == list(texts) for texts in columns))


def _row(row: Sequence[object], columns: Sequence[Column], *, is_event: bool) -> list[tuple[str, str]]:
    """What is missing is left out; an event's pointer comes last."""
    cells = [
        (column.name, shown(value, column.kind))
        for column, value in zip(columns, row, strict=False)
        if value is not None
    ]
    if is_event:
        cells.append(("@ptr", pointer(int(str(row[-2])), int(str(row[-1])))))
    return cells
