"""An idle server sleeps: it wakes neither by a timer of its own nor because it has once been busy."""

import re
import select
from pathlib import Path

from tests.support.server import ServerProcess

WATCHED_S = 2.5
WAKES_MAX = 2
"""What the operating system itself may cause in that time; a loop that looks every second wakes more often."""


def wakes(server: ServerProcess) -> int:
    """How often any of its threads has gone to sleep so far, and so was awake."""
    tasks = Path(f"/proc/{server.pid}/task").glob("*/status")
    return sum(int(re.findall(r"^voluntary_ctxt_switches:\s+(\d+)", task.read_text(), re.M)[0]) for task in tasks)


def wakes_while_watched(server: ServerProcess) -> int:
    before = wakes(server)
    assert select.select([], [], [], WATCHED_S) == ([], [], [])
    return wakes(server) - before


def test_a_server_that_nobody_has_called_does_not_wake(server: ServerProcess):
    assert wakes_while_watched(server) <= WAKES_MAX


def test_a_server_that_has_been_used_does_not_wake(server: ServerProcess):
    sqs, events = server.client("sqs"), server.client("events")
    url = sqs.create_queue(QueueName="used")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="stays")
    sqs.send_message(QueueUrl=url, MessageBody="goes")
    message = sqs.receive_message(QueueUrl=url)["Messages"][0]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    events.put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}])
    sqs.close()
    events.close()
    assert any(wakes_while_watched(server) <= WAKES_MAX for _ in range(4)), (
        "what was counted is written, then it sleeps"
    )
