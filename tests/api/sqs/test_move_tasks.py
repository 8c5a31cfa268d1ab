"""A move task goes on after the server was killed in the middle of it, and moves every message once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Deadline, ServerProcess

MESSAGES = 120


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path / "data")
    yield process
    process.close()


def arn(name: str) -> str:
    return f"arn:aws:sqs:us-east-1:000000000000:{name}"


def prepare(sqs: Any) -> None:
    """A dead-letter queue full of messages."""
    for name in ("dead", "aim"):
        sqs.create_queue(QueueName=name)
    policy = json.dumps({"deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1})
    sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": policy})
    for first in range(0, MESSAGES, 10):
        entries = [{"Id": str(number), "MessageBody": f"m{number}"} for number in range(first, first + 10)]
        sqs.send_message_batch(QueueUrl="dead", Entries=entries)


def drain(sqs: Any, deadline: Deadline) -> list[str]:
    """All that arrives, each look waiting for it."""
    bodies: list[str] = []
    while len(bodies) < MESSAGES:
        deadline.check()
        answer = sqs.receive_message(QueueUrl="aim", MaxNumberOfMessages=10, WaitTimeSeconds=2, VisibilityTimeout=600)
        bodies += [message["Body"] for message in answer.get("Messages", ())]
    return bodies


@pytest.mark.parametrize("point", ["move.step.before", "move.step.after"])
def test_a_move_task_goes_on_after_a_kill(server: ServerProcess, point: str) -> None:
    sqs = server.start(crash_at=f"{point}:2").client("sqs")
    prepare(sqs)
    sqs.start_message_move_task(SourceArn=arn("dead"), DestinationArn=arn("aim"), MaxNumberOfMessagesPerSecond=500)
    assert server.wait() != 0
    sqs = server.start().client("sqs")
    bodies = drain(sqs, Deadline(30, "all messages moved"))
    assert sorted(bodies) == sorted(f"m{number}" for number in range(MESSAGES))
    assert "Messages" not in sqs.receive_message(QueueUrl="dead")
    (task,) = sqs.list_message_move_tasks(SourceArn=arn("dead"))["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", MESSAGES)
