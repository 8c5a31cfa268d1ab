"""One server under load from several processes, killed and started again; each round gives back its history.

start (armed) ─► loaders load ─► the server dies ─► start ─► retry ─► drain ─► read ─► history of the round
"""

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.crash import stage
from tests.crash.consumer import Consumer
from tests.crash.history import Entry, Recorder, read
from tests.support.server import ROOT, Deadline, ServerProcess, environment

LOADERS = 3
DEATH_TIMEOUT_S = 25
DRAIN_TIMEOUT_S = 60
EFFECTS_TIMEOUT_S = 60


class Rig:
    """The server, its loaders and their histories, for as many rounds as one likes on the same data folder."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self._folder = folder
        self._server = ServerProcess(folder / "data")
        self._stage = stage.build(self._server.start())
        self._histories = [folder / f"{n}.jsonl" for n in range(LOADERS + 1)]
        self._record = Recorder(self._histories[LOADERS], "drain")
        self._loaders = [_loader(f"l{n}", seed * 100 + n, self._histories[n]) for n in range(LOADERS)]

    def crash_at(self, name: str, point: str, passes: int) -> list[Entry]:
        """A round in which the server dies at the fault point's given pass. Raises when it never gets there."""
        self._server.kill()
        self._server.start(crash_at=f"{point}:{passes}")
        self._order({"load": name, "endpoint": self._stage.endpoint, "urls": self._stage.urls})
        self._await_death(point)
        return self._aftermath(name)

    def crash_after(self, name: str, seconds: float) -> list[Entry]:
        """A round in which the server is killed that long after the load began."""
        self._order({"load": name, "endpoint": self._stage.endpoint, "urls": self._stage.urls})
        try:
            self._server.wait(seconds)
        except subprocess.TimeoutExpired:
            self._server.kill()
        else:
            raise AssertionError(f"the server died by itself: {self._server.said}")
        return self._aftermath(name)

    def close(self) -> None:
        """End all processes."""
        for loader in self._loaders:
            loader.kill()
            loader.communicate()
        self._record.close()
        self._server.close()

    def _await_death(self, point: str) -> None:
        try:
            self._server.wait(DEATH_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._await_loaders()
            raise AssertionError(f"under load the server never passed {point} so often") from None

    def _aftermath(self, name: str) -> list[Entry]:
        """Start again, let the loaders ask again, take everything out, and read what they all saw."""
        self._await_loaders()
        self._server.start()
        self._order({"retry": name})
        self._await_loaders()
        self._drain()
        so_far = read(self._histories)
        self._await_effects({e.values["token"] for e in so_far if e.call == "ask" and e.outcome == "done"})
        self._read_items({e.values["key"] for e in so_far if e.call in ("claim", "add")})
        self._record.flush()
        history = read(self._histories)
        for path in self._histories:
            os.truncate(path, 0)
        return history

    def _drain(self) -> None:
        """Receive and delete until each queue says that it is empty."""
        sqs, urls = self._server.client("sqs"), self._stage.urls
        consumer = Consumer(self._record, sqs, urls, checked=_answered)
        deadline = Deadline(DRAIN_TIMEOUT_S, "the queues are empty")
        left = dict.fromkeys(stage.QUEUES, 1)
        while any(left.values()):
            deadline.check()
            for queue in stage.QUEUES:
                wait_s = 1 if left[queue] and not consumer.take(queue) else 0
                while consumer.take(queue, wait_s=wait_s):
                    wait_s = 0
            left = {queue: _depth(sqs, urls[queue]) for queue in stage.QUEUES}

    def _await_effects(self, asked: set[str]) -> None:
        """Until each acknowledged order has its effect, or for as long as an effect may take."""
        sqs, dynamodb, urls = self._server.client("sqs"), self._server.client("dynamodb"), self._stage.urls
        deadline = Deadline(EFFECTS_TIMEOUT_S, "")
        found = _keys(dynamodb, stage.EFFECTS, "token")
        while (asked - found or _depth(sqs, urls[stage.WORK])) and deadline.left_s:
            sqs.receive_message(QueueUrl=urls[stage.STANDARD], WaitTimeSeconds=1)  # empty: a wait the server ends
            found = _keys(dynamodb, stage.EFFECTS, "token")
        for token in sorted(found):
            dynamodb.delete_item(TableName=stage.EFFECTS, Key={"token": {"S": token}})
            self._record.write("effect", time.monotonic_ns(), "done", {"token": token})

    def _read_items(self, keys: set[str]) -> None:
        dynamodb = self._server.client("dynamodb")
        for key in sorted(keys):
            item = dynamodb.get_item(TableName=stage.ITEMS, Key={"id": {"S": key}}, ConsistentRead=True).get("Item", {})
            now = time.monotonic_ns()
            if "-sum-" in key:
                self._record.write("sum", now, "done", {"key": key, "value": int(item.get("amount", {"N": "0"})["N"])})
            else:
                self._record.write("owner", now, "done", {"key": key, "owner": item.get("owner", {}).get("S")})

    def _order(self, order: dict[str, Any]) -> None:
        for loader in self._loaders:
            assert loader.stdin is not None
            loader.stdin.write(json.dumps(order) + "\n")
            loader.stdin.flush()

    def _await_loaders(self) -> None:
        for loader in self._loaders:
            assert loader.stdout is not None
            readable, _, _ = select.select([loader.stdout], [], [], DEATH_TIMEOUT_S)
            assert readable, "a loader hangs"
            assert loader.stdout.readline() == "ended\n", "a loader has failed"


def _loader(name: str, seed: int, history: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash.load", name, str(seed), str(history)],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _answered(outcome: str) -> None:
    assert outcome == "done", f"after the crash a call ended {outcome}"


def _depth(sqs: Any, url: str) -> int:
    """How many messages are in the queue: visible, in flight, delayed."""
    names = ("", "NotVisible", "Delayed")
    asked = [f"ApproximateNumberOfMessages{name}" for name in names]
    return sum(int(n) for n in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=asked)["Attributes"].values())


def _keys(dynamodb: Any, table: str, key: str) -> set[str]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {item[key]["S"] for page in pages for item in page["Items"]}
