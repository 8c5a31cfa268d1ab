"""The platform that is fuzzed: raw bytes in, statuses out, each within a deadline, and its whole state to compare."""

import hashlib
import json
import re
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tests.support.platform import RunningPlatform

ANSWER_TIMEOUT_S = 10
OWN_TABLES = frozenset({"due", "migrations", "sqlite_sequence"})
"""The engine's own; the timers in `due` move by themselves."""


class NoAnswer(AssertionError):
    """The server let a peer wait for longer than any answer may take."""


class Victim:
    """One platform. Whatever it is sent, `is_well` must stay true. It observes nothing: a refusal would be counted."""

    def __init__(self, folder: Path) -> None:
        self._running = RunningPlatform(folder, observed=frozenset())
        self.furnish()

    def furnish(self) -> None:
        """Put back what a request has deleted."""
        furnish(self._running)

    @property
    def endpoint(self) -> str:
        return self._running.endpoint

    @property
    def served(self) -> dict[str, list[str]]:
        """The operations of each service."""
        registry = self._running.platform.engine.registry
        services = self._running.call(lambda: registry.services)  # on the loop: what is read may begin to work
        return {name: sorted(service.operations) for name, service in services.items()}

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._running.platform.port), timeout=ANSWER_TIMEOUT_S)

    def exchange(self, data: bytes) -> list[int]:
        """Send the bytes and the end of all sending; the statuses of what came back until the server closed."""
        with self.connect() as peer:
            answer = b""
            try:
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
                while chunk := peer.recv(65536):
                    answer += chunk
            except TimeoutError:
                raise NoAnswer(f"no answer within {ANSWER_TIMEOUT_S} s") from None
            except OSError:
                pass  # it hung up on bytes that it did not want to read
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]

    def state(self) -> str:
        """A digest of every row of every service."""
        return self._running.call(self._digest)

    def is_well(self) -> bool:
        """It answers a client as ever; what it has left to show is the requests' doing."""
        return bool(self._running.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200)

    def close(self) -> None:
        self._running.close()

    def _digest(self) -> str:
        digest = hashlib.sha256()
        store = self._running.platform.engine.store
        tx = store.transaction()
        try:
            names = tx.all("select name from sqlite_master where type = 'table' order by name")
            for (name,) in names:
                if name not in OWN_TABLES:
                    digest.update(repr((name, tx.all(f"select * from {name}"))).encode())
        finally:
            tx.rollback()
            store.release(tx)
        return digest.hexdigest()


def furnish(running: RunningPlatform) -> None:
    """What the requests are about, so that they get further than a name that is not there."""
    sqs, events, dynamodb = (running.client(name) for name in ("sqs", "events", "dynamodb"))
    target: Any = {"Id": "orders", "Arn": "arn:aws:sqs:us-east-1:000000000000:orders"}
    steps: Sequence[Callable[[], Any]] = (
        lambda: sqs.create_queue(QueueName="orders"),
        lambda: sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"}),
        lambda: sqs.send_message(QueueUrl=f"{running.endpoint}/000000000000/orders", MessageBody="here"),
        lambda: events.put_rule(Name="orders", EventPattern=json.dumps({"source": ["orders"]})),
        lambda: events.put_targets(Rule="orders", Targets=[target]),
        lambda: dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        ),
        lambda: dynamodb.put_item(TableName="orders", Item={"id": {"S": "orders"}, "amount": {"N": "1"}}),
    )
    for step in steps:
        with suppress(ClientError):  # it is there, or was made with other attributes
            step()
