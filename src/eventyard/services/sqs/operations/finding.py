"""From what a request names to the queue, or AWS's error."""

from typing import Any

from eventyard.engine.call import Call
from eventyard.services.sqs import errors
from eventyard.services.sqs.model.queue import Queue
from eventyard.services.sqs.queries import queues
from eventyard.store.tx import Tx


def queue_at(tx: Tx, call: Call[Any]) -> Queue:
    """The queue of the request's `QueueUrl`. Raises QueueDoesNotExist, MissingParameter."""
    url = call.params["QueueUrl"]
    if not url:
        raise errors.missing_parameter("QueueUrl")
    queue = queues.find_queue_at(tx, url, account=call.account, region=call.region)
    if queue is None:
        raise errors.no_such_queue()
    return queue


def queue_with_arn(tx: Tx, arn: str) -> Queue | None:
    """The queue with that ARN, or `None`."""
    return queues.find_queue_with_arn(tx, arn)
