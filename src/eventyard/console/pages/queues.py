"""Queues, what lies in them, and what is done about dead letters."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from eventyard.base.errors import AwsError
from eventyard.console.look import Look
from eventyard.console.page import Action, Done, Live, Shown
from eventyard.console.views import queues

_TOOK_MAX = 10


async def _move_all(look: Look, form: Mapping[str, str]) -> Done:
    """Begin to move every dead letter back to where it came from, or to a queue, at most so many a second."""
    params: dict[str, Any] = {"SourceArn": _arn(look, look.params["name"])}
    if rate := form.get("rate", "").strip():
        params["MaxNumberOfMessagesPerSecond"] = _number(rate)
    if to := form.get("to", "").strip():
        params["DestinationArn"] = _arn(look, to)
    told = await look.operate("sqs", "StartMessageMoveTask", params)
    return Done("The dead letters are on their way.", _address(look.params["name"]), {"task": told["TaskHandle"]})


async def _stop_moving(look: Look, form: Mapping[str, str]) -> Done:
    told = await look.operate("sqs", "CancelMessageMoveTask", {"TaskHandle": form.get("handle", "")})
    moved = told["ApproximateNumberOfMessagesMoved"]
    return Done(f"Stopped after {moved}.", _address(look.params["name"]), {"moved": moved})


async def _resend(look: Look, form: Mapping[str, str]) -> Done:
    """Send the message, as the form has it now, to a queue; then it is deleted here. A crash in between leaves both."""
    name, to = look.params["name"], form.get("to", "").strip()
    one = await look.read(_message)
    handle = await _handle(look, name, one)
    params: dict[str, Any] = {"QueueUrl": _url(look, to), "MessageBody": form.get("body", "")}
    if one["attributes"] and form.get("attributes") == "keep":
        params["MessageAttributes"] = one["attributes"]
    if to.endswith(".fifo"):
        params["MessageGroupId"] = one["group_id"] or "console"
        params["MessageDeduplicationId"] = f"{one['message_id']}-{look.engine.clock.now_ms()}"
    told = await look.operate("sqs", "SendMessage", params)
    await look.operate("sqs", "DeleteMessage", {"QueueUrl": _url(look, name), "ReceiptHandle": handle})
    sent = {"message_id": told["MessageId"]}
    return Done(f"Sent to {to} as {told['MessageId']}; it is no longer in {name}.", _address(name), sent)


async def _delete(look: Look, form: Mapping[str, str]) -> Done:
    name = look.params["name"]
    one = await look.read(_message)
    handle = await _handle(look, name, one)
    await look.operate("sqs", "DeleteMessage", {"QueueUrl": _url(look, name), "ReceiptHandle": handle})
    return Done(f"Message {one['message_id']} is deleted.", _address(name))


async def _send(look: Look, form: Mapping[str, str]) -> Done:
    """Put a message into the queue."""
    name = look.params["name"]
    params: dict[str, Any] = {"QueueUrl": _url(look, name), "MessageBody": form.get("body", "")}
    if name.endswith(".fifo"):
        params["MessageGroupId"] = form.get("group") or "console"
        params["MessageDeduplicationId"] = f"console-{look.engine.clock.now_ms()}"
    told = await look.operate("sqs", "SendMessage", params)
    return Done(f"Sent as {told['MessageId']}.", _address(name), {"message_id": told["MessageId"]})


def _message(tx: Any, call: Any) -> Mapping[str, Any]:
    return queues.peeked(tx, call, call.params["name"], call.params["seq"])


async def _handle(look: Look, name: str, one: Mapping[str, Any]) -> str:
    """What DeleteMessage takes for it. A FIFO queue takes only what was received, so there it is received first.

    Raises AwsError where it is not among the first of its queue.
    """
    if not name.endswith(".fifo") or one["state"] == "in flight":
        return str(one["receipt_handle"])
    url = _url(look, name)
    told = await look.operate("sqs", "ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": _TOOK_MAX})
    handles = {taken["MessageId"]: taken["ReceiptHandle"] for taken in told.get("Messages", ())}
    own: str = handles.pop(one["message_id"], "")
    for other in handles.values():
        params = {"QueueUrl": url, "ReceiptHandle": other, "VisibilityTimeout": 0}
        await look.operate("sqs", "ChangeMessageVisibility", params)
    if not own:
        raise AwsError("NotNext", f"Of the FIFO queue {name} only its first messages can be taken.", status=409)
    return own


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise AwsError("InvalidParameterValue", "The rate is a whole number of messages a second.", status=400)
    return int(text)


def _url(look: Look, name: str) -> str:
    return queues.url_of(look.base_url, look.caller.account, name)


def _arn(look: Look, name: str) -> str:
    return f"arn:aws:sqs:{look.caller.region}:{look.caller.account}:{name}"


def _address(name: str) -> str:
    return f"/_eventyard/queues/{quote(name, safe='')}"


PAGES: tuple[Shown, ...] = (
    Shown("/queues", "queues.html", queues.queues),
    Shown("/queues/{name}", "queue.html", queues.queue),
    Shown("/queues/{name}/messages/{seq}", "message.html", queues.message),
)
ACTIONS: tuple[Action, ...] = (
    Action("/queues/{name}/move", _move_all),
    Action("/queues/{name}/move/cancel", _stop_moving),
    Action("/queues/{name}/send", _send),
    Action("/queues/{name}/messages/{seq}/resend", _resend),
    Action("/queues/{name}/messages/{seq}/delete", _delete),
)
LIVES: tuple[Live, ...] = ()
