"""Functions: how long a warm Invoke takes, and how long from PutEvents to the start of the function it reaches.

One request at a time on one connection, signed, without an SDK's own time. The function notes when it starts by the
clock that all processes of one machine share (`CLOCK_MONOTONIC`), so nothing is added for telling it.
"""

import asyncio
import base64
import io
import time
import zipfile
from pathlib import Path
from statistics import median

import orjson
import uvloop

from bench import signing
from bench.harness import Running, Table, ours, publish, started
from bench.load import Talk

ROUNDS = 500
TURNS = 3  # each from a new start, and the best median counts: a busy machine only ever slows down
WARM_UP = 50
START_MAX_S = 10.0
ROLE = "arn:aws:iam::000000000000:role/any"
ECHO = "def handler(event, context):\n    return event\n"
NOTE = """
import os, time
NOTES = open(os.environ["NOTES"], "a", buffering=1)
def handler(event, context):
    started_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    NOTES.write(f"{event['detail']['number']} {started_ns}\\n")
"""
Times = list[float]


async def warm_invokes(port: int) -> Times:
    """Milliseconds from each Invoke's send to its answer."""
    talk = await Talk.to(port)
    functions = signing.functions(port)
    await talk.ask(functions.post("/2015-03-31/functions", _function("echo", ECHO, {})))
    invoke = functions.post("/2015-03-31/functions/echo/invocations", b'{"order": 1}')
    times_ms = []
    for _ in range(WARM_UP + ROUNDS):
        sent_at = time.perf_counter()
        assert await talk.ask(invoke) == {"order": 1}
        times_ms.append((time.perf_counter() - sent_at) * 1000)
    talk.close()
    return times_ms[WARM_UP:]


async def event_starts(port: int, notes: Path) -> Times:
    """Milliseconds from each PutEvents' send to the start of the function."""
    talk = await Talk.to(port)
    events = signing.events(port)
    function = _function("note", NOTE, {"NOTES": str(notes)})
    arn = (await talk.ask(signing.functions(port).post("/2015-03-31/functions", function)))["FunctionArn"]
    rule = {"Name": "note", "EventPattern": '{"source": ["bench"]}'}
    await talk.ask(events.request("PutRule", orjson.dumps(rule)))
    targets = {"Rule": "note", "Targets": [{"Id": "function", "Arn": arn}]}
    await talk.ask(events.request("PutTargets", orjson.dumps(targets)))
    times_ms = []
    for number in range(WARM_UP + ROUNDS):
        entry = {"Source": "bench", "DetailType": "note", "Detail": orjson.dumps({"number": number}).decode()}
        put = events.request("PutEvents", orjson.dumps({"Entries": [entry]}))
        sent_at_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        await talk.ask(put)
        times_ms.append((await _started_at_ns(notes, number) - sent_at_ns) / 1_000_000)
    talk.close()
    return times_ms[WARM_UP:]


async def _started_at_ns(notes: Path, number: int) -> int:
    """When the function noted that number. Raises TimeoutError."""
    async with asyncio.timeout(START_MAX_S):
        while True:
            last = notes.read_text().splitlines()[-1:] if notes.exists() else []
            if last and last[0].split()[0] == str(number) and len(last[0].split()) > 1:
                return int(last[0].split()[1])
            await asyncio.sleep(0.001)


def _function(name: str, source: str, variables: dict[str, str]) -> bytes:
    """The body of CreateFunction."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", source)
    return orjson.dumps(
        {
            "FunctionName": name,
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "app.handler",
            "Code": {"ZipFile": base64.b64encode(buffer.getvalue()).decode()},
            "Environment": {"Variables": variables},
        }
    )


async def measure(running: Running) -> dict[str, Times]:
    """Both measurements, one after the other."""
    return {
        "warm Invoke, to its answer": await warm_invokes(running.port),
        "PutEvents, to the function's start": await event_starts(running.port, running.folder / "notes"),
    }


def run() -> None:
    """Measure and publish."""
    best: dict[str, Times] = {}
    for _ in range(TURNS):
        with started(ours()) as running:
            measured = uvloop.run(measure(running))
        for what, times_ms in measured.items():
            best[what] = min(best.get(what, times_ms), times_ms, key=median)
    rows = []
    for what, times_ms in best.items():
        ordered = sorted(times_ms)
        rows.append((what, f"{ordered[len(ordered) // 2]:.2f}", f"{ordered[len(ordered) * 99 // 100]:.2f}"))
    goals = "Goals (p50): a warm Invoke under 2 ms, PutEvents to function start under 5 ms, the event on disk before."
    title = f"Functions, {ROUNDS:,} times one after the other, the best of {TURNS} turns"
    publish("invoke", Table(title, ("what", "p50 ms", "p99 ms"), rows, (goals,)))


if __name__ == "__main__":
    run()
