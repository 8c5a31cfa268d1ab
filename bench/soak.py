"""An hour under load: does memory stay, does latency stay, does the folder stop growing, does every event come out?

Events are put at a steady rate; a rule takes each to a queue, which is emptied as it fills, a second rule one in four
to a function, a third one in eight to a state machine. What is observed is kept for a tenth of an hour, so that the
folder has reached its size early. At the end everything is drained, the server is stopped, and its ledger is read: as
many events as were put, and nothing but delivered.

    python -m bench.soak [MINUTES]      60 by default
"""

import asyncio
import io
import sqlite3
import statistics
import sys
import time
import zipfile
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvloop

from bench import signing
from bench.harness import Running, Table, ours, publish, started
from bench.load import Talk

RATE_PER_S = 40
KEPT_H = "0.1"
MINUTES = 60
ROWS_EACH_MINUTES = 5
BUS = "soak"
ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/soak"
CODE = "def handler(event, context):\n    return {'order': event['detail']['order']}\n"
MACHINE = {"StartAt": "Take", "States": {"Take": {"Type": "Pass", "Next": "Done"}, "Done": {"Type": "Succeed"}}}


@dataclass(slots=True)
class Minute:
    """What was seen in a minute: latencies from PutEvents to the queue's consumer, memory, and the folder's size."""

    latencies_ms: list[float] = field(default_factory=list)
    memory_mib: float = 0.0
    folder_mib: float = 0.0


@dataclass(slots=True)
class Soak:
    """The state of one run."""

    running: Running
    put: int = 0
    taken: set[int] = field(default_factory=set)
    doubles: int = 0
    minutes: list[Minute] = field(default_factory=lambda: [Minute()])
    is_over: bool = False

    async def ask(self, talk: Talk, signer: str, operation: str, **params: Any) -> Any:
        """One operation's answer."""
        made = getattr(signing, signer)(self.running.port)
        return await talk.ask(made.request(operation, orjson.dumps(params)))


async def run_for(soak: Soak, minutes: int) -> None:
    """Set up, load for so many minutes, drain."""
    port = soak.running.port
    talk = await Talk.to(port)
    url = await _set_up(soak, talk)
    consumer = asyncio.create_task(_consume(soak, url))
    sampler = asyncio.create_task(_sample(soak))
    began_at = time.monotonic()
    while time.monotonic() - began_at < minutes * 60:
        await _put(soak, talk)
        await asyncio.sleep(max(0.0, began_at + soak.put / RATE_PER_S - time.monotonic()))
    for _ in range(300):
        if len(soak.taken) == soak.put:
            break
        await asyncio.sleep(0.1)
    soak.is_over = True
    sampler.cancel()
    await consumer
    await asyncio.sleep(15)  # what functions and executions still have to do
    talk.close()


async def _set_up(soak: Soak, talk: Talk) -> str:
    await soak.ask(talk, "events", "CreateEventBus", Name=BUS)
    policy = orjson.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": _arn("sqs", "soak"),
                }
            ],
        }
    ).decode()
    made = await soak.ask(talk, "sqs", "CreateQueue", QueueName="soak", Attributes={"Policy": policy})
    machine = orjson.dumps(MACHINE).decode()
    started_machine = await soak.ask(
        talk, "states", "CreateStateMachine", name="soak", definition=machine, roleArn=ROLE
    )
    await _make_function(soak, talk)
    targets = {
        "all": ({"source": ["soak"]}, {"Arn": _arn("sqs", "soak")}),
        "some": ({"detail": {"of": [0, 4]}}, {"Arn": _arn("lambda", "function:soak")}),
        "few": ({"detail": {"of": [0]}}, {"Arn": started_machine["stateMachineArn"], "RoleArn": ROLE}),
    }
    for name, (pattern, target) in targets.items():
        text = orjson.dumps(pattern).decode()
        await soak.ask(talk, "events", "PutRule", Name=name, EventBusName=BUS, EventPattern=text)
        await soak.ask(talk, "events", "PutTargets", Rule=name, EventBusName=BUS, Targets=[{"Id": "t", **target}])
    return str(made["QueueUrl"])


async def _make_function(soak: Soak, talk: Talk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("soak.py", CODE)
    function = {
        "FunctionName": "soak",
        "Runtime": "python3.11",
        "Handler": "soak.handler",
        "Role": ROLE,
        "Code": {"ZipFile": b64encode(packed.getvalue()).decode()},
    }
    signer = signing.RestSigner(service="lambda", port=soak.running.port)
    await talk.ask(signer.post("/2015-03-31/functions", orjson.dumps(function)))


async def _put(soak: Soak, talk: Talk) -> None:
    detail = orjson.dumps({"order": soak.put, "of": soak.put % 8, "at": time.time()}).decode()
    entry = {"Source": "soak", "DetailType": "placed", "Detail": detail, "EventBusName": BUS}
    answer = await soak.ask(talk, "events", "PutEvents", Entries=[entry])
    assert answer["FailedEntryCount"] == 0, answer
    soak.put += 1


async def _consume(soak: Soak, url: str) -> None:
    talk = await Talk.to(soak.running.port)
    while not soak.is_over:
        answer = await soak.ask(talk, "sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        messages = answer.get("Messages", [])
        for message in messages:
            detail = orjson.loads(message["Body"])["detail"]
            soak.doubles += detail["order"] in soak.taken
            soak.taken.add(detail["order"])
            soak.minutes[-1].latencies_ms.append((time.time() - detail["at"]) * 1000)
        if messages:
            entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(messages)]
            await soak.ask(talk, "sqs", "DeleteMessageBatch", QueueUrl=url, Entries=entries)
    talk.close()


async def _sample(soak: Soak) -> None:
    while True:
        await asyncio.sleep(60)
        minute = soak.minutes[-1]
        minute.memory_mib = _memory_mib(soak.running.process)
        minute.folder_mib = sum(file.stat().st_size for file in _database(soak).parent.glob("eventyard.db*")) / 2**20
        soak.minutes.append(Minute())
        print(
            f"minute {len(soak.minutes) - 1}: {soak.put} put, {minute.memory_mib:.0f} MiB, "
            f"{minute.folder_mib:.0f} MiB of data, p99 {_percentile(minute.latencies_ms, 99):.1f} ms",
            flush=True,
        )


def _memory_mib(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def _database(soak: Soak) -> Path:
    return soak.running.folder / "data" / "eventyard.db"


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{signing.REGION}:{ACCOUNT}:{resource}"


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[len(values) * percent // 100] if values else 0.0


def _account(soak: Soak) -> list[str]:
    """What the ledger that is left says, and what was counted on the way."""
    database = sqlite3.connect(f"file:{_database(soak)}?mode=ro", uri=True)
    rows = database.execute("select outcomes from ledger where source_arn like ?", (f"%event-bus/{BUS}",)).fetchall()
    spans = database.execute("select count(*) from spans").fetchone()[0]
    database.close()
    undelivered = sum(one["outcome"] != "delivered" for (text,) in rows for one in orjson.loads(text))
    lost = soak.put - len(soak.taken)
    return [
        f"{soak.put:,} events put, {len(soak.taken):,} received, {lost} lost, {soak.doubles} received twice.",
        f"The ledger still keeps {len(rows):,} of them: {undelivered} outcomes are not `delivered`.",
        f"{spans:,} spans are kept.",
    ]


def run(minutes: int = MINUTES) -> None:
    """Measure and publish."""
    with started(ours("--kept-h", KEPT_H)) as running:
        soak = Soak(running)
        uvloop.run(run_for(soak, minutes))
        remarks = _account(soak)
    rows = []
    whole = soak.minutes[:-1]
    for first in range(0, len(whole), ROWS_EACH_MINUTES):
        some = whole[first : first + ROWS_EACH_MINUTES]
        latencies = [one for minute in some for one in minute.latencies_ms]
        rows.append(
            (
                f"{first + 1}-{first + len(some)}",
                f"{some[-1].memory_mib:.1f}",
                f"{some[-1].folder_mib:.0f}",
                f"{statistics.median(latencies) if latencies else 0:.2f}",
                f"{_percentile(latencies, 99):.2f}",
            )
        )
    columns = ("minutes", "memory MiB", "database MiB", "put to received p50 ms", "p99 ms")
    title = f"An hour under load: {RATE_PER_S} events a second to a queue, a function and a state machine"
    publish("soak", Table(title, columns, rows, remarks))


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)
