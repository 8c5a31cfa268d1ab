"""Random histories of a queue against `tests/support/queue_model.py`, under the virtual clock, on both databases."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventyard.base.errors import AwsError
from eventyard.store.postgres import PostgresStore
from eventyard.store.sqlite import SqliteStore
from eventyard.store.tx import Store
from tests.support.engine import Platform
from tests.support.queue_model import ModelMessage, ModelQueue
from tests.support.sqs import Queues, sqs_service

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 2), st.integers(0, 3)),
        st.tuples(st.just("receive"), st.integers(1, 10), st.integers(0, 4)),
        st.tuples(st.just("delete"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("change"), st.integers(0, 5), st.integers(0, 4)),
        st.tuples(st.just("advance"), st.integers(1, 3_000), st.just(0)),
    ),
    min_size=5,
    max_size=40,
)


class History:
    """The queue and its model, side by side."""

    def __init__(self, store: Store, *, is_fifo: bool) -> None:
        self.platform = Platform(store, [sqs_service()])
        self.sqs = Queues(self.platform)
        self.model = ModelQueue(is_fifo=is_fifo)
        more = {"ContentBasedDeduplication": "true"} if is_fifo else {}
        self.url = self.sqs.create("history.fifo" if is_fifo else "history", **more)
        self.sent = 0

    @property
    def now_ms(self) -> int:
        return self.platform.clock.now_ms()

    def send(self, group: int, delay_s: int) -> None:
        self.sent += 1
        is_fifo = self.model.is_fifo
        params: dict[str, Any] = {"MessageGroupId": f"g{group}"} if is_fifo else {"DelaySeconds": delay_s}
        self.sqs.send(self.url, f"m{self.sent}", **params)
        visible_at_ms = self.now_ms + (0 if is_fifo else 1000 * delay_s)
        self.model.messages.append(ModelMessage(f"m{self.sent}", f"g{group}", visible_at_ms))

    def receive(self, messages_max: int, timeout_s: int) -> None:
        may = self.model.receivable(self.now_ms)
        got = self.sqs.receive(self.url, MaxNumberOfMessages=messages_max, VisibilityTimeout=timeout_s)
        bodies = [message["Body"] for message in got]
        assert len(bodies) == len(set(bodies)) == min(messages_max, len(may))
        assert set(bodies) <= {message.body for message in may}
        for group in {message.group for message in may} if self.model.is_fifo else ():
            in_group = [message.body for message in may if message.group == group]
            received = [body for body in bodies if body in in_group]
            assert received == in_group[: len(received)]
        until_ms = self.now_ms + 1000 * timeout_s
        for message in got:
            receives = self.model.received(message["Body"], message["ReceiptHandle"], until_ms, self.now_ms)
            assert message["Attributes"]["ApproximateReceiveCount"] == str(receives)

    def delete(self, index: int, _: int) -> None:
        handle = self._handle(index)
        if handle is None:
            return
        if not self.model.may_delete(handle, self.now_ms):
            with pytest.raises(AwsError, match="The receipt handle has expired"):
                self.sqs("DeleteMessage", QueueUrl=self.url, ReceiptHandle=handle)
            return
        self.sqs("DeleteMessage", QueueUrl=self.url, ReceiptHandle=handle)
        self.model.messages = [message for message in self.model.messages if message.handle != handle]

    def change(self, index: int, timeout_s: int) -> None:
        handle = self._handle(index)
        message = None if handle is None else self.model.with_handle(handle)
        if message is None or not message.is_held or message.visible_at_ms <= self.now_ms:
            return
        self.sqs("ChangeMessageVisibility", QueueUrl=self.url, ReceiptHandle=handle, VisibilityTimeout=timeout_s)
        message.visible_at_ms = self.now_ms + 1000 * timeout_s
        message.is_held = timeout_s > 0

    def advance(self, duration_ms: int, _: int) -> None:
        self.platform.advance(duration_ms)

    def drain(self) -> None:
        """In the end every message that was not deleted can still be received."""
        left = {message.body for message in self.model.messages}
        drained: set[str] = set()
        for _ in range(len(left) + 2):
            self.platform.advance(10_000)
            for message in self.sqs.receive(self.url, VisibilityTimeout=5):
                drained.add(message["Body"])
                self.sqs.delete(self.url, message)
        assert drained == left
        assert self.sqs.counts(self.url) == (0, 0, 0)

    def _handle(self, index: int) -> str | None:
        handles = [message.handle for message in self.model.messages if message.handle]
        return handles[index % len(handles)] if handles else None


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest) -> Iterator[tuple[int, Callable[[], Store]]]:
    """(how many histories, a maker of fresh stores)."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        yield 15, lambda: PostgresStore(server.new_database())
        return
    with tempfile.TemporaryDirectory() as folder:
        made = iter(range(1_000_000))
        yield 120, lambda: SqliteStore(Path(folder) / str(next(made)), is_durable=False)


@pytest.mark.parametrize("is_fifo", [False, True], ids=["standard", "fifo"])
def test_a_queue_keeps_its_promises_in_any_history(stores: tuple[int, Callable[[], Store]], *, is_fifo: bool) -> None:
    histories_max, new_store = stores

    @settings(
        max_examples=histories_max,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(STEPS)
    def run(steps: list[tuple[str, int, int]]) -> None:
        history = History(new_store(), is_fifo=is_fifo)
        try:
            for name, first, second in steps:
                getattr(history, name)(first, second)
            history.drain()
        finally:
            history.platform.close()

    run()
