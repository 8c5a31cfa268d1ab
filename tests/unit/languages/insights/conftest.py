"""A small table of events, and queries that run over it in the database that runs them."""

import json
from collections.abc import Callable

import duckdb
import pytest

from eventyard.languages.insights.compiler import EVENTS_TABLE, compile_query
from eventyard.languages.insights.values import shown

NOON_MS = 1_716_120_000_000
"""2024-05-19 12:00:00, a Sunday."""
REPORT = (
    "REPORT RequestId: 3f7b1c6e-0000-4000-8000-000000000000\tDuration: 3.21 ms\tBilled Duration: 4 ms\t"
    "Memory Size: 128 MB\tMax Memory Used: 72 MB\tInit Duration: 120.5 ms\t"
)
MESSAGES = (
    *(
        json.dumps(
            {
                "level": "ERROR" if number % 2 else "INFO",
                "n": number,
                "order": {"id": f"o{number % 3}", "items": [{"price": 1.5}]},
                "is_paid": number % 2 == 0,
                "a.b": "dotted",
                "@own": "at",
                "ip": f"10.0.0.{number}",
                "ip6": f"2001:db8::{number}",
            }
        )
        for number in range(6)
    ),
    "user=jo, method:GET took 12",
    REPORT,
    '[INFO]\t2024-05-19T12:08:00.000Z\t3f7b1c6e-0000-4000-8000-000000000000\tit is {"level": "WARN"}\n',
)
"""One a minute from noon on."""

Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def database():
    connection = duckdb.connect(":memory:")
    connection.execute(EVENTS_TABLE)
    rows = [
        (NOON_MS + minute * 60_000, NOON_MS + minute * 60_000 + 5, text, f"s{minute % 2}", "1:/aws/lambda/f", 7, minute)
        for minute, text in enumerate(MESSAGES)
    ]
    connection.executemany("insert into events values (?, ?, ?, ?, ?, ?, ?)", rows)
    yield connection
    connection.close()


@pytest.fixture
def ask(database) -> Callable[..., Rows]:
    """The rows of a query's result: what is shown, by its name; what is missing is left out."""

    def ask(query: str, *, limit: int | None = None) -> Rows:
        compiled = compile_query(query, limit=limit, now_ms=NOON_MS)
        found = database.execute(compiled.sql, dict(compiled.parameters)).fetchall()
        return [
            {
                column.name: shown(value, column.kind)
                for column, value in zip(compiled.columns, row, strict=False)
                if value is not None
            }
            for row in found
        ]

    return ask


@pytest.fixture
def count_matched(database) -> Callable[[str], int]:
    """How many events passed a query's filters."""

    def count(query: str) -> int:
        compiled = compile_query(query, limit=None, now_ms=NOON_MS)
        row = database.execute(compiled.matched_sql, dict(compiled.parameters)).fetchone()
        assert row is not None
        return int(row[0])

    return count
