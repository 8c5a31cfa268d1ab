"""A loader: a client process that does everything at once until the server is gone, and writes down what it saw.

    python -m tests.crash.load NAME SEED HISTORY

It takes orders as lines of JSON on its standard input and says `ended` after each:

    {"load": round, "endpoint": ..., "urls": ...}   until the server does not answer, or a line arrives
    {"retry": round}                                send again what FIFO sends were unanswered, with their ids
"""

import json
import random
import select
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.crash import stage
from tests.crash.consumer import Consumer
from tests.crash.history import Gone, Outcome, Recorder
from tests.support.server import client

GROUPS = 2
KEYS = 3


class Loader:
    """One client's state: its numbers in each FIFO group, and the sends nobody answered."""

    def __init__(self, name: str, seed: int, path: Path) -> None:
        self._name = name
        self._chance = random.Random(seed)
        self._record = Recorder(path, name)
        self._round = ""
        self._count = 0
        self._numbers: dict[str, int] = defaultdict(int)
        self._unanswered: list[dict[str, Any]] = []
        self._clients: dict[str, Any] = {}
        self._urls: dict[str, str] = {}

    def load(self, order: dict[str, Any]) -> None:
        """Call until the server is gone, or the parent has something else to say."""
        if not self._clients:
            for service in ("sqs", "events", "dynamodb", "lambda"):
                self._clients[service] = client(service, order["endpoint"], config={"connect_timeout": 1})
        self._urls = order["urls"]
        self._round = order["load"]
        self._count = 0
        self._numbers.clear()
        try:
            while not select.select([sys.stdin], [], [], 0)[0]:
                self._one_of(ROLES)(self)
        except Gone:
            pass
        self._record.flush()

    def retry(self) -> None:
        """Send again what was not answered: the queue knows by its id whether it was there."""
        unanswered, self._unanswered = self._unanswered, []
        for values in unanswered:
            self._send_fifo(values)
        self._record.flush()

    def send_some(self) -> None:
        tokens = [self._token() for _ in range(self._chance.randint(1, 4))]
        entries = [{"Id": str(n), "MessageBody": token} for n, token in enumerate(tokens)]
        url = self._urls[stage.STANDARD]
        began, outcome, answer = self._attempt(
            lambda: self._clients["sqs"].send_message_batch(QueueUrl=url, Entries=entries)
        )
        ids = {e["Id"]: e["MessageId"] for e in answer["Successful"]} if outcome == "done" else {}
        for n, token in enumerate(tokens):
            told: Outcome = "refused" if outcome == "done" and str(n) not in ids else outcome
            values = {"token": token, "places": [stage.STANDARD], "id": ids.get(str(n), ""), "is_once": False}
            self._record.write("send", began, told, values)
        self._unless_gone(outcome)

    def send_in_order(self) -> None:
        group = f"{self._round}-{self._name}-{self._chance.randrange(GROUPS)}"
        values = {
            "token": self._token(),
            "places": [stage.FIFO],
            "group": group,
            "number": self._numbers[group],
            "is_once": True,
        }
        self._numbers[group] += 1
        for _ in range(self._chance.choice((1, 1, 1, 2))):
            self._send_fifo(values)

    def receive(self) -> None:
        queue = self._one_of((stage.STANDARD, stage.STANDARD, stage.FIFO, stage.EVERY))
        consumer = Consumer(self._record, self._clients["sqs"], self._urls, checked=self._unless_gone)
        consumer.take(queue, is_kept=lambda: self._chance.random() < 0.2)

    def put_events(self) -> None:
        kinds = [self._one_of(tuple(stage.MATCHED)) for _ in range(self._chance.randint(1, 4))]
        tokens = [self._token() for _ in kinds]
        entries = [
            {"Source": "crash", "DetailType": kind, "Detail": json.dumps({"token": token}), "EventBusName": stage.BUS}
            for kind, token in zip(kinds, tokens, strict=True)
        ]
        began, outcome, answer = self._attempt(lambda: self._clients["events"].put_events(Entries=entries))
        for n, (kind, token) in enumerate(zip(kinds, tokens, strict=True)):
            is_refused = outcome == "done" and "EventId" not in answer["Entries"][n]
            values = {"token": token, "places": stage.MATCHED[kind], "id": "", "is_once": True}
            self._record.write("send", began, "refused" if is_refused else outcome, values)
        self._unless_gone(outcome)

    def claim(self) -> None:
        """All loaders go for the same keys, one after the other."""
        self._numbers["claim"] += 1
        key, owner = f"{self._round}-{self._numbers['claim']}", self._name
        item = {"id": {"S": key}, "owner": {"S": owner}}
        began, outcome, _ = self._attempt(
            lambda: self._clients["dynamodb"].put_item(
                TableName=stage.ITEMS, Item=item, ConditionExpression="attribute_not_exists(id)"
            )
        )
        self._record.write("claim", began, outcome, {"key": key, "owner": owner})
        self._unless_gone(outcome)

    def add(self) -> None:
        key = f"{self._round}-sum-{self._chance.randrange(KEYS)}"
        began, outcome, _ = self._attempt(
            lambda: self._clients["dynamodb"].update_item(
                TableName=stage.ITEMS,
                Key={"id": {"S": key}},
                UpdateExpression="ADD amount :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
        )
        self._record.write("add", began, outcome, {"key": key})
        self._unless_gone(outcome)

    def ask(self) -> None:
        token = self._token()
        by_queue = {"QueueUrl": self._urls[stage.WORK], "MessageBody": token}
        by_call = {
            "FunctionName": stage.FUNCTION,
            "InvocationType": "Event",
            "Payload": json.dumps({"token": token}),
        }
        if self._chance.random() < 0.5:
            began, outcome, _ = self._attempt(lambda: self._clients["sqs"].send_message(**by_queue))
        else:
            began, outcome, _ = self._attempt(lambda: self._clients["lambda"].invoke(**by_call))
        self._record.write("ask", began, outcome, {"token": token})
        self._unless_gone(outcome)

    def move(self) -> None:
        """A message into the dead-letter queue, and a task that moves it back; one task may run at a time."""
        token = self._token()
        url = self._urls[stage.DEAD]
        began, outcome, _ = self._attempt(lambda: self._clients["sqs"].send_message(QueueUrl=url, MessageBody=token))
        self._record.write("send", began, outcome, {"token": token, "places": ["moved"], "id": "", "is_once": False})
        self._unless_gone(outcome)
        _, outcome, _ = self._attempt(
            lambda: self._clients["sqs"].start_message_move_task(SourceArn=stage.arn(stage.DEAD))
        )
        self._unless_gone(outcome)

    def _send_fifo(self, values: dict[str, Any]) -> None:
        began, outcome, answer = self._attempt(
            lambda: self._clients["sqs"].send_message(
                QueueUrl=self._urls[stage.FIFO],
                MessageBody=values["token"],
                MessageGroupId=values["group"],
                MessageDeduplicationId=values["token"],
            )
        )
        message_id = answer["MessageId"] if outcome == "done" else ""
        self._record.write("send", began, outcome, {**values, "id": message_id})
        if outcome == "unknown":
            self._unanswered.append(values)
        self._unless_gone(outcome)

    def _attempt(self, work: Callable[[], Any]) -> tuple[int, Outcome, Any]:
        return self._record.attempt(work)

    def _unless_gone(self, outcome: Outcome) -> None:
        if outcome == "unknown":
            raise Gone

    def _token(self) -> str:
        self._count += 1
        return f"{self._round}-{self._name}-{self._count}"

    def _one_of(self, choices: Any) -> Any:
        return self._chance.choice(choices)


ROLES: tuple[Callable[[Loader], None], ...] = (
    *(Loader.send_some, Loader.send_some, Loader.send_in_order, Loader.send_in_order),
    *(Loader.receive, Loader.receive, Loader.receive, Loader.put_events, Loader.put_events),
    *(Loader.claim, Loader.add, Loader.ask, Loader.move),
)


def main() -> None:
    """Take orders until there are no more."""
    name, seed, path = sys.argv[1:]
    loader = Loader(name, int(seed), Path(path))
    while line := sys.stdin.readline():
        order = json.loads(line)
        if "load" in order:
            loader.load(order)
        elif "retry" in order:
            loader.retry()
        sys.stdout.write("ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
