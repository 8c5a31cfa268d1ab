"""What falls due by itself (events whose retention is over are deleted), what is delivered to groups, and names.

A delivery becomes one log event in a stream of its own, named by a UUID, at the instant of the event that it brings.
EventBridge's own form is taken, too: a message of just `timestamp` and `message` says both itself. Whoever delivers may
name the stream (`LogStreamName`, which is made when it is not there) and the instant (`Timestamp`), as a pipe does.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-targets.html (the form); recording of a
delivery by localstack/localstack, 2024-11-07. Unverified: the names of streams.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.due.row import DueRow
from eventyard.engine.registry import Timer
from eventyard.languages.arns import parse_arn
from eventyard.services.logs import errors
from eventyard.services.logs.model.events import DAY_MS, EVENT_BYTES_MAX, EVENT_OVERHEAD_BYTES, Group, Stream, line_of
from eventyard.services.logs.queries import events as queries
from eventyard.store.tx import Tx

RETENTION_TIMER = "logs.retention"
_ROWS_MAX = 5_000


def expire_events(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Delete a group's expired events, a piece at a time, and come back when the next one expires."""
    group = queries.find_group_by_id(tx, int(due.key))
    if group is None or group.retention_days is None:
        return
    retention_ms = group.retention_days * DAY_MS
    before_ms = call.now_ms - retention_ms
    deleted = queries.delete_events_before(tx, group.id, before_ms=before_ms, rows_max=_ROWS_MAX)
    at_ms = call.now_ms
    if deleted < _ROWS_MAX:
        oldest_ms = queries.oldest_at_ms(tx, group.id)
        at_ms = call.now_ms + retention_ms if oldest_ms is None else max(call.now_ms, oldest_ms + retention_ms) + 1
    call.later(tx, kind=RETENTION_TIMER, key=due.key, at_ms=at_ms)


TIMERS: Mapping[str, Timer] = MappingProxyType({RETENTION_TIMER: expire_events})


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
    if queries.find_stream(tx, group.id, name) is None:
        queries.insert_stream(tx, group.id, name, call.now_ms)
    queries.insert_events(tx, group, existing_stream(tx, group, name), [(at_ms, message)], now_ms=call.now_ms)


def existing_group(tx: Tx, call: Call[Any]) -> Group:
    """The group of `logGroupName`, or of `logGroupIdentifier` (a name or an ARN). Raises ResourceNotFoundException."""
    name = call.params.get("logGroupName") or call.params.get("logGroupIdentifier") or ""
    if not name:
        raise errors.invalid("Exactly one of logGroupName and logGroupIdentifier has to be given.")
    return group_named(tx, call, name)


def group_named(tx: Tx, call: Call[Any], name_or_arn: str) -> Group:
    """The group of a name or an ARN. Raises ResourceNotFoundException."""
    arn = parse_arn(name_or_arn)
    name = name_or_arn if arn is None else arn.resource.removeprefix("log-group:").removesuffix(":*")
    group = queries.find_group(tx, call.account, call.region, name)
    if group is None:
        raise errors.no_such_group()
    return group


def existing_stream(tx: Tx, group: Group, name: str) -> Stream:
    """The group's stream. Raises ResourceNotFoundException."""
    stream = queries.find_stream(tx, group.id, name)
    if stream is None:
        raise errors.no_such_stream()
    return stream
