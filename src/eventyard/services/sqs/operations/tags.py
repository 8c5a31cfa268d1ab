"""A queue's tags."""

from typing import Any

from eventyard.engine.call import Call
from eventyard.services.sqs.operations.finding import queue_at
from eventyard.services.sqs.queries import queues
from eventyard.store.tx import Tx


def tag_queue(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Add tags; one with a key that is there replaces it."""
    queue = queue_at(tx, call)
    queues.update_tags(tx, queue.id, {**queue.tags, **call.params["Tags"]})
    return {}


def untag_queue(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Take tags away; keys that are not there do no harm."""
    queue = queue_at(tx, call)
    gone = set(call.params["TagKeys"])
    queues.update_tags(tx, queue.id, {key: value for key, value in queue.tags.items() if key not in gone})
    return {}


def list_queue_tags(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The tags; the key `Tags` is left out when there are none."""
    queue = queue_at(tx, call)
    return {"Tags": dict(queue.tags)} if queue.tags else {}
