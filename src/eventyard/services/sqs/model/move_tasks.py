"""A move task: the messages of a dead-letter queue on their way back, and how fast.

    RUNNING ──(nothing visible is left)──► COMPLETED
       ├──(cancelled)───────────────────► CANCELLED
       └──(a destination is missing)────► FAILED

A message that is moved begins anew: another id, sent now, never received.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

PER_SECOND_MAX = 500
LISTED_MAX = 10

_STEP_MESSAGES = 200
_STEPS_PER_SECOND = 10


@dataclass(frozen=True, slots=True)
class MoveTask:
    """One task; without a destination each message goes back to the queue that it came from."""

    id: str
    source_arn: str
    destination_arn: str | None
    status: str
    per_second_max: int | None
    moved: int
    to_move: int
    started_at_ms: int
    failure: str | None = None

    @property
    def handle(self) -> str:
        """The text by which a client cancels the task."""
        text = json.dumps({"taskId": self.id, "sourceArn": self.source_arn}, separators=(",", ":"))
        return base64.b64encode(text.encode()).decode("ascii")

    @property
    def step_messages(self) -> int:
        """How many messages one step moves at most."""
        if self.per_second_max is None:
            return _STEP_MESSAGES
        return max(1, self.per_second_max // _STEPS_PER_SECOND)

    @property
    def step_ms(self) -> int:
        """How long after one step the next may begin."""
        return 0 if self.per_second_max is None else 1000 * self.step_messages // self.per_second_max

    def shown(self) -> dict[str, Any]:
        """As AWS lists it: the handle only while the task runs, and nothing that was not given."""
        everything = {
            "TaskHandle": self.handle if self.status == "RUNNING" else None,
            "Status": self.status,
            "SourceArn": self.source_arn,
            "DestinationArn": self.destination_arn,
            "MaxNumberOfMessagesPerSecond": self.per_second_max,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.failure,
            "StartedTimestamp": self.started_at_ms,
        }
        return {name: value for name, value in everything.items() if value is not None}


def read_handle(handle: str) -> tuple[str, str] | None:
    """(task id, source ARN) of a task's handle, or `None` for anything else."""
    try:
        read = json.loads(base64.b64decode(handle, validate=True))
        return str(read["taskId"]), str(read["sourceArn"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
