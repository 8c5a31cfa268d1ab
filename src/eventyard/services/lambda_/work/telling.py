"""Telling others how an asynchronous invocation ended, and not giving up at the first refusal.

    tell ──► the queue, bus or function takes it
         └─► refuses ──► timer `lambda.tell`, with backoff, for a day ──► taken | an error in the log

AWS drops what its own destinations refuse and counts it (DestinationDeliveryFailures); a queue that comes back, or a
bus that is made in time, gets the record here.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.due import policy
from eventyard.engine.due.policy import Exhausted, Policy
from eventyard.engine.due.row import DueRow
from eventyard.engine.observing.series import Series
from eventyard.languages.arns import Arn
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

KIND = "lambda.tell"
POLICY = Policy(attempts_max=185, age_max_ms=86_400_000)
"""As EventBridge tries its targets; Lambda's own numbers are not documented."""


@dataclass(frozen=True, slots=True)
class Message:
    """One call to make on somebody's account; `params` are JSON, a `Payload` in it the text of one."""

    account: str
    region: str
    service: str
    operation: str
    params: Mapping[str, Any]


class Teller(NamedTuple):
    """The function on whose behalf something is told, and the metric that counts a refusal; none where it is empty."""

    function: str
    metric: str


def to_queue(arn: Arn, body: str, attributes: Mapping[str, Any]) -> Message:
    """A message for the queue."""
    params = {"QueueUrl": f"http://localhost/{arn.account}/{arn.resource}", "MessageBody": body}
    more = {"MessageAttributes": attributes} if attributes else {}
    return Message(arn.account, arn.region, "sqs", "SendMessage", {**params, **more})


def to_topic(arn: Arn, body: str, attributes: Mapping[str, Any]) -> Message:
    """A message for the topic."""
    more = {"MessageAttributes": attributes} if attributes else {}
    return Message(arn.account, arn.region, "sns", "Publish", {"TopicArn": str(arn), "Message": body, **more})


def to_queue_or_topic(arn: Arn, body: str, attributes: Mapping[str, Any]) -> Message:
    """A message for whichever of the two it is."""
    return to_topic(arn, body, attributes) if arn.service == "sns" else to_queue(arn, body, attributes)


def to_bus(arn: Arn, entry: Mapping[str, Any]) -> Message:
    """An event for the bus that it names."""
    return Message(arn.account, arn.region, "events", "PutEvents", {"Entries": [entry]})


def to_function(arn: Arn, function_arn: str, payload: str) -> Message:
    """An asynchronous invocation of the function."""
    params = {"FunctionName": function_arn, "InvocationType": "Event", "Payload": payload}
    return Message(arn.account, arn.region, "lambda", "Invoke", params)


def tell(tx: Tx, call: Call[Any], message: Message, teller: Teller | None = None) -> None:
    """Make the call now, in this transaction; when it is refused, again later, and the refusal is counted."""
    is_taken = _try(tx, call, message, attempt=1, created_at_ms=call.now_ms)
    if teller is not None and not is_taken:
        for dimensions in ((), (("FunctionName", teller.function),)):
            series = Series(call.account, call.region, "AWS/Lambda", teller.metric, "Count", dimensions)
            call.measure(tx, series, 1)


def again(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """The timer: one more try of what was refused."""
    stored = dict(due.payload)
    attempt, created_at_ms = stored.pop("attempt"), stored.pop("created_at_ms")
    _try(tx, call, Message(**stored), attempt=attempt + 1, created_at_ms=created_at_ms)


def _try(tx: Tx, call: Call[Any], message: Message, *, attempt: int, created_at_ms: int) -> bool:
    """Whether it was taken; if not, it is tried again later or given up."""
    try:
        _make(tx, call, message)
        return True
    except AwsError as refusal:
        following = policy.next_attempt(
            POLICY,
            attempt=attempt,
            created_at_ms=created_at_ms,
            now_ms=call.now_ms,
            fraction=call.ids.fraction(),
        )
        if isinstance(following, Exhausted):
            log.error("an invocation's record was refused for a day: %s %s: %s", message.service, message, refusal)
            return False
        payload = {**asdict(message), "attempt": attempt, "created_at_ms": created_at_ms}
        call.later(tx, kind=KIND, key=call.ids.uuid(), at_ms=following, payload=payload)
        return False


def _make(tx: Tx, call: Call[Any], message: Message) -> None:
    """Raises AwsError, also for an entry that was refused alone."""
    inner = call.within(service="lambda", operation=KIND, params={}, account=message.account, region=message.region)
    params = dict(message.params)
    if "Payload" in params:
        params["Payload"] = params["Payload"].encode()
    answer = inner.dispatch(tx, message.service, message.operation, params) or {}
    if answer.get("FailedEntryCount"):
        entry = answer["Entries"][0]
        raise AwsError(entry.get("ErrorCode", "InternalFailure"), entry.get("ErrorMessage", ""))
