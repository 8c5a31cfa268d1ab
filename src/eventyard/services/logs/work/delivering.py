"""What is delivered to groups.

A delivery becomes one log event in a stream of its own, named by a UUID, at the instant of the event that it brings.
EventBridge's own form is taken, too: a message of just `timestamp` and `message` says both itself. Whoever delivers may
name the stream (`LogStreamName`, which is made when it is not there) and the instant (`Timestamp`), as a pipe does.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-targets.html (the form); recording of a
delivery by localstack/localstack, 2024-11-07. Unverified: the names of streams.
"""

from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.languages.arns import parse_arn
from eventyard.services.logs import errors
from eventyard.services.logs.model.events import EVENT_BYTES_MAX, EVENT_OVERHEAD_BYTES, line_of
from eventyard.services.logs.queries import streams
from eventyard.services.logs.work.arriving import arrive
from eventyard.services.logs.work.finding import existing_stream, group_named
from eventyard.store.tx import Tx


def deliver(tx: Tx, call: Call[Any], delivery: Delivery) -> None:
    """Put the delivery into its group. Raises ResourceNotFoundException for good, where there is no such group."""
    arn = parse_arn(delivery.arn)
    if arn is None or not arn.resource.startswith("log-group:"):
        raise errors.invalid(f"{delivery.arn} is no log group.")
    group = group_named(tx, call, delivery.arn)
    given = delivery.parameters
    at_ms, message = line_of(delivery.body, delivery.event_body, at=given.get("Timestamp"), now_ms=call.now_ms)
    if len(message.encode()) + EVENT_OVERHEAD_BYTES > EVENT_BYTES_MAX:
        raise errors.invalid("Log event too large.")
    name = str(given.get("LogStreamName") or call.ids.uuid())
    if streams.find_stream(tx, group.id, name) is None:
        streams.insert_stream(tx, group.id, name, call.now_ms)
    arrive(tx, call, group, existing_stream(tx, group, name), [(at_ms, message)])
