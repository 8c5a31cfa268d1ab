"""Where a loop through a queue ends: the message goes to the dead-letter queue, or nowhere, and the log says so.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html. Unverified: that the message goes to the
dead-letter queue at once, however often it was received.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.feeds import Taken
from eventyard.engine.trace.context import read_header
from eventyard.languages.arns import parse_arn
from eventyard.services.lambda_.model.loops import ROUNDS_MAX, is_loop
from eventyard.services.lambda_.model.names import function_ref
from eventyard.services.lambda_.work import hops
from eventyard.services.lambda_.work.telling import Message, tell
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)


def without_loops(tx: Tx, call: Call[Any], found: Sequence[Taken], *, function_arn: str) -> Sequence[Taken]:
    """Those of the items that may be invoked with. The caller ends the others; here they get their dead letters."""
    looping = [one for one in found if is_loop(read_header(one.trace), function_arn)]
    for one in looping:
        _stop(tx, call, one, function_arn=function_arn)
    return [one for one in found if one not in looping] if looping else found


def _stop(tx: Tx, call: Call[Any], item: Taken, *, function_arn: str) -> None:
    log.error(
        "%s was invoked %d times by one cause (%s): a loop, which ends here with message %s",
        function_arn,
        ROUNDS_MAX,
        item.trace,
        item.id,
    )
    ref = function_ref(function_arn, account=call.account, region=call.region)
    for series, value, _ in hops.counted(ref, "RecursiveInvocationsDropped"):
        call.measure(tx, series, value)
    queue_arn = _dead_letter_arn(tx, call, item.record["eventSourceARN"])
    queue = None if queue_arn is None else parse_arn(queue_arn)
    if queue is None:
        return
    params: dict[str, Any] = {
        "QueueUrl": f"http://localhost/{queue.account}/{queue.resource}",
        "MessageBody": item.record["body"],
    }
    attributes = {name: _attribute(value) for name, value in item.record.get("messageAttributes", {}).items()}
    if attributes:
        params["MessageAttributes"] = attributes
    for name in ("MessageGroupId", "MessageDeduplicationId") if queue.resource.endswith(".fifo") else ():
        params[name] = item.record["attributes"][name]
    within = call.within(service="lambda", operation=call.operation, params={}, trace=read_header(item.trace))
    tell(tx, within, Message(queue.account, queue.region, "sqs", "SendMessage", params))


def _dead_letter_arn(tx: Tx, call: Call[Any], source_arn: str) -> str | None:
    source = parse_arn(source_arn)
    assert source is not None, "a mapping's source is an ARN"
    url = f"http://localhost/{source.account}/{source.resource}"
    try:
        answer = call.dispatch(tx, "sqs", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["RedrivePolicy"]})
    except AwsError:
        return None
    policy = answer.get("Attributes", {}).get("RedrivePolicy")
    found: str | None = None if policy is None else json.loads(policy)["deadLetterTargetArn"]
    return found


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    """A record's message attribute in the form of SendMessage."""
    names = {"dataType": "DataType", "stringValue": "StringValue", "binaryValue": "BinaryValue"}
    return {names[name]: given for name, given in value.items() if name in names and given is not None}
