"""A trace's look-up, a page of summaries and the map of an hour with a million spans kept, against ten thousand.

Spans are written into a data folder before the server starts: traces of ten hops, spread over the last hour, one in
fifty of which failed. Goals: a look-up in under 50 ms, a map in under 300 ms, both at the median.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import orjson
import uvloop

from bench.harness import Contestant, Table, ours, publish, ratio, started
from eventyard.app import Platform
from eventyard.engine.observing import edges
from eventyard.engine.observing.edges import Edge, EdgeMinute, Traffic
from eventyard.engine.trace import record
from eventyard.engine.trace.span import Span
from eventyard.settings import Settings
from eventyard.store.tx import Tx

SPANS = (10_000, 1_000_000)
HOPS: Sequence[tuple[str, str]] = (
    ("request", "sqs:us-east-1:000000000000:orders-{n}"),
    ("queue", "sqs:us-east-1:000000000000:orders-{n}"),
    ("mapping", "lambda:us-east-1:000000000000:event-source-mapping:{n}"),
    ("function", "lambda:us-east-1:000000000000:function:take-{n}"),
    ("invocation", "lambda:us-east-1:000000000000:function:take-{n}"),
    ("machine", "states:us-east-1:000000000000:stateMachine:fulfil-{n}"),
    ("state", "states:us-east-1:000000000000:stateMachine:fulfil-{n}"),
    ("topic", "sns:us-east-1:000000000000:orders-{n}"),
    ("subscription", "sns:us-east-1:000000000000:orders-{n}:audit"),
    ("queue", "sqs:us-east-1:000000000000:audit-{n}"),
)
WAYS = 20
"""How many systems of such hops there are: 200 edges on the map."""
PLACE = ("000000000000", "us-east-1")
TRACES_A_JOB = 2_000
LOOK_UPS, MAPS = 300, 15
FAILED_OF = 50


def _trace(number: int, began_s: int) -> Iterator[Span]:
    trace = f"1-{began_s:08x}-{number:024x}"
    parent, source = "", ""
    for place, (kind, form) in enumerate(HOPS):
        arn = f"arn:aws:{form.format(n=number % WAYS)}"
        own, at_ms = f"{number * len(HOPS) + place + 1:016x}", began_s * 1000 + 10 * place
        status = "fault" if number % FAILED_OF == 0 and kind in ("function", "invocation") else "ok"
        detail = orjson.dumps({"message_id": own, "attempt": 1}).decode()
        yield Span(trace, own, parent, *PLACE, kind, arn, source, at_ms, at_ms + 9, status, detail)
        parent, source = own, arn


async def _fill(folder: Path, count: int, began_s: int) -> None:
    platform = Platform(Settings(port=0, data_folder=folder, xray_port=0))
    await platform.start()
    engine, traces = platform.engine, count // len(HOPS)
    for first in range(0, traces, TRACES_A_JOB):

        def write(tx: Tx, call: Any, first: int = first) -> None:
            folded: dict[tuple[int, Edge], Traffic] = {}
            for number in range(first, min(traces, first + TRACES_A_JOB)):
                at_s = began_s + number * 3_500 // traces
                for span in _trace(number, at_s):
                    record.keep(tx, span)
                    edge = Edge(span.account, span.region, span.source, span.arn, span.kind)
                    folded.setdefault((at_s // 60 * 60, edge), Traffic()).add(span.status, 9)
            edges.keep(tx, [EdgeMinute(edge, minute, own) for (minute, edge), own in folded.items()])

        call = engine.new_call(service="xray", account="", region="")
        await engine.run(write, call)
    await platform.stop()


def _client(port: int) -> Any:
    url = f"http://127.0.0.1:{port}"
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client("xray", endpoint_url=url, region_name=PLACE[1], **keys)


def _median_ms(asks: Sequence[Callable[[], Any]]) -> float:
    times = []
    for ask in asks:
        began_at = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began_at)
    return statistics.median(times) * 1000


def _measured(folder: Path, count: int, began_s: int) -> dict[str, float]:
    """Milliseconds at the median as boto3 sees them, over one connection."""
    whole = ours()
    contestant = Contestant(whole.name, lambda port, _: whole.command(port, folder), whole.ready_page)
    traces, chance = count // len(HOPS), random.Random(7)
    hour = {
        "StartTime": datetime.fromtimestamp(began_s, UTC),
        "EndTime": datetime.fromtimestamp(began_s + 3_600, UTC),
    }
    with started(contestant) as running:
        xray = _client(running.port)
        numbers = [chance.randrange(traces) for _ in range(LOOK_UPS)]
        ids = [f"1-{began_s + number * 3_500 // traces:08x}-{number:024x}" for number in numbers]
        (found,) = xray.batch_get_traces(TraceIds=ids[:1])["Traces"]
        assert len(found["Segments"]) == len(HOPS) - 1, "a state is within its machine's segment"
        graph = xray.get_service_graph(**hour)
        assert len(graph["Services"]) > WAYS * 5, len(graph["Services"])
        failed = "fault = true OR error = true"
        return {
            "a trace (BatchGetTraces)": _median_ms(
                [lambda one=one: xray.batch_get_traces(TraceIds=[one]) for one in ids]
            ),
            "the map of an hour (GetServiceGraph)": _median_ms([lambda: xray.get_service_graph(**hour)] * MAPS),
            "a page of failed traces (GetTraceSummaries)": _median_ms(
                [lambda: xray.get_trace_summaries(**hour, FilterExpression=failed)] * MAPS
            ),
        }


def run() -> None:
    """Measure and publish."""
    began_s = int(time.time()) - 3_600
    by_count: dict[int, dict[str, float]] = {}
    for count in SPANS:
        with tempfile.TemporaryDirectory(prefix="eventyard-bench-") as folder:
            uvloop.run(_fill(Path(folder) / "data", count, began_s))
            by_count[count] = _measured(Path(folder), count, began_s)
    few, many = (by_count[count] for count in SPANS)
    rows = [(what, f"{few[what]:.1f} ms", f"{many[what]:.1f} ms", ratio(many[what], few[what])) for what in few]
    columns = ("what", f"{SPANS[0]:,} spans", f"{SPANS[1]:,} spans", "ratio")
    remarks = ("Goals at 1,000,000: a trace in under 50 ms, the map in under 300 ms.",)
    publish("traces", Table("Traces and the map, by how many spans are kept", columns, rows, remarks))


if __name__ == "__main__":
    run()
