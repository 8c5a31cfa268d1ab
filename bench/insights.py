"""An Insights query over a million lines, against the same in plain DuckDB over the same lines.

The server has the lines from PutLogEvents. Plain DuckDB reads them from a file, each query anew, and runs SQL that a
person would write; what the server does more is to read them from its store and to keep the results. Both are measured
in turns. While a query runs, others are served: the slowest answer to one of them stands beside it.
"""

import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import orjson
import uvloop

from bench import signing
from bench.harness import Table, ours, publish, ratio, started
from bench.load import Talk

LINES = 1_000_000
BATCH = 5_000
ROUNDS = 3
GROUP = "load"
Line = Mapping[str, object]
QUERIES: Sequence[tuple[str, str, str]] = (
    (
        "counts, averages and percentiles by level",
        "stats count(*) as lines, avg(ms), pct(ms, 95) by level",
        "select message ->> '$.level', count(*), avg(cast(message ->> '$.ms' as double)), "
        "quantile_disc(cast(message ->> '$.ms' as double), 0.95) from lines group by 1",
    ),
    (
        "the newest hundred of the two percent that match",
        'filter level = "ERROR" | fields @timestamp, order.id | sort @timestamp desc | limit 100',
        "select timestamp, message ->> '$.order.id' from lines where message ->> '$.level' = 'ERROR' "
        "order by timestamp desc limit 100",
    ),
    (
        "lines that match a regular expression, by minute",
        "filter @message like /o[0-9]*7\\b/ | stats count(*) by bin(1m)",
        "select timestamp // 60000, count(*) from lines where regexp_matches(message, 'o[0-9]*7\\b') group by 1",
    ),
)


def lines(now_ms: int) -> list[Line]:
    """The lines, which end now."""
    return [
        {
            "timestamp": now_ms - (LINES - number),
            "message": orjson.dumps(
                {
                    "level": "ERROR" if number % 50 == 0 else "INFO",
                    "ms": number * 37 % 1000 / 4,
                    "order": {"id": f"o{number % 1000}"},
                    "message": "an order was taken and is on its way to the customer",
                }
            ).decode(),
        }
        for number in range(LINES)
    ]


async def fill(port: int, given: Sequence[Line]) -> None:
    """Put all lines."""
    talk, sign = await Talk.to(port), signing.Signer(service="logs", target_prefix="Logs_20140328", port=port)
    await talk.ask(sign.request("CreateLogGroup", orjson.dumps({"logGroupName": GROUP})))
    stream = {"logGroupName": GROUP, "logStreamName": "one"}
    await talk.ask(sign.request("CreateLogStream", orjson.dumps(stream)))
    for start in range(0, LINES, BATCH):
        batch = {**stream, "logEvents": given[start : start + BATCH]}
        told = await talk.ask(sign.request("PutLogEvents", orjson.dumps(batch)))
        assert "rejectedLogEventsInfo" not in told, told
    talk.close()


async def asked(port: int, query: str, now_ms: int) -> tuple[float, float]:
    """(seconds from its start to its results, the longest that an answer took meanwhile)."""
    talk, sign = await Talk.to(port), signing.Signer(service="logs", target_prefix="Logs_20140328", port=port)
    span = {"startTime": now_ms // 1000 - 3_600, "endTime": now_ms // 1000 + 3_600}
    began_at, worst_s = time.perf_counter(), 0.0
    started_query = {"logGroupName": GROUP, "queryString": query, **span}
    query_id = (await talk.ask(sign.request("StartQuery", orjson.dumps(started_query))))["queryId"]
    look = sign.request("GetQueryResults", orjson.dumps({"queryId": query_id}))
    told = {"status": "Running"}
    while told["status"] in ("Scheduled", "Running"):
        await asyncio.sleep(0.01)
        asked_at = time.perf_counter()
        told = await talk.ask(look)
        worst_s = max(worst_s, time.perf_counter() - asked_at)
    talk.close()
    assert told["status"] == "Complete", told
    return time.perf_counter() - began_at, worst_s


def plain(path: Path, sql: str) -> float:
    """Seconds that plain DuckDB takes."""
    began_at = time.perf_counter()
    columns = "{timestamp: 'bigint', message: 'varchar'}"
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.execute(
            f"create table lines as from read_json(?, format = 'newline_delimited', columns = {columns})", [str(path)]
        )
        connection.execute(sql).fetchall()
    return time.perf_counter() - began_at


def run() -> None:
    """Measure and publish."""
    now_ms = int(time.time() * 1000)
    given = lines(now_ms)
    rows = []
    with tempfile.TemporaryDirectory() as folder, started(ours()) as running:
        path = Path(folder) / "lines.json"
        path.write_bytes(b"\n".join(map(orjson.dumps, given)))
        uvloop.run(fill(running.port, given))
        for title, query, sql in QUERIES:
            ours_s, plain_s, worst_s = [], [], 0.0
            for _ in range(ROUNDS):
                taken_s, waited_s = uvloop.run(asked(running.port, query, now_ms))
                ours_s.append(taken_s)
                worst_s = max(worst_s, waited_s)
                plain_s.append(plain(path, sql))
            median_s, base_s = sorted(ours_s)[ROUNDS // 2], sorted(plain_s)[ROUNDS // 2]
            rows.append(
                (title, f"{median_s:.1f} s", f"{base_s:.1f} s", ratio(median_s, base_s), f"{worst_s * 1000:.0f} ms")
            )
    columns = ("query", "Insights", "plain DuckDB", "ratio", "slowest other answer")
    remark = f"{LINES:,} lines. The median of {ROUNDS} rounds in turns; the last column is the worst of all rounds."
    publish("insights", Table("Insights queries over a million lines", columns, rows, (remark,)))


if __name__ == "__main__":
    run()
