"""Receiving and deleting, as loaders under load and as the drain after a crash do it."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.crash import stage
from tests.crash.history import Outcome, Recorder


class Consumer:
    """Receives from queues, deletes, and writes both down. `checked` is told each outcome and may raise."""

    def __init__(
        self, record: Recorder, sqs: Any, urls: Mapping[str, str], *, checked: Callable[[Outcome], None]
    ) -> None:
        self._record = record
        self._sqs = sqs
        self._urls = urls
        self._checked = checked

    def take(self, queue: str, *, wait_s: int = 0, is_kept: Callable[[], bool] = lambda: False) -> int:
        """Receive up to ten messages and delete those that are not to be kept; gives back how many came."""
        place = stage.PLACE.get(queue, queue)
        names = ["ApproximateReceiveCount"]
        began, outcome, answer = self._record.attempt(
            lambda: self._sqs.receive_message(
                QueueUrl=self._urls[queue],
                MaxNumberOfMessages=10,
                WaitTimeSeconds=wait_s,
                MessageSystemAttributeNames=names,
            )
        )
        messages = answer.get("Messages", []) if outcome == "done" else []
        seen = [[_token(m["Body"]), m["MessageId"], int(m["Attributes"][names[0]])] for m in messages]
        self._record.write("receive", began, outcome, {"place": place, "messages": seen})
        self._checked(outcome)
        for message, (token, message_id, _) in zip(messages, seen, strict=True):
            if not is_kept():
                values = {"place": place, "token": token, "id": message_id}
                self._delete(queue, message["ReceiptHandle"], received=began, values=values)
        return len(messages)

    def _delete(self, queue: str, receipt: str, *, received: int, values: dict[str, Any]) -> None:
        began, outcome, _ = self._record.attempt(
            lambda: self._sqs.delete_message(QueueUrl=self._urls[queue], ReceiptHandle=receipt)
        )
        is_in_time = time.monotonic_ns() - received < (stage.VISIBILITY_S - 1) * 1_000_000_000
        self._record.write("delete", began, outcome, {**values, "is_in_time": is_in_time})
        self._checked(outcome)


def _token(body: str) -> str:
    return json.loads(body)["detail"]["token"] if body.startswith("{") else body
