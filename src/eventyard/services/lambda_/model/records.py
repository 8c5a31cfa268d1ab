"""What travels between a queue and a function: the event's records, the filter over them, the verdict of the answer.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html (the event),
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html (the answer),
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html (the filter); recordings of AWS of 2023: with a
batching window or a filter `md5OfMessageAttributes` is there and null when a message has no attributes, else absent.
"""

import base64
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from eventyard.languages.patterns import compile_pattern

Record = Mapping[str, Any]
EVENT_BYTES_MAX = 6_291_456 - 64
"""What one invocation carries: 6 MiB, less the frame around the records."""


def record_of(message: Mapping[str, Any], *, source_arn: str, region: str, shows_null_md5: bool) -> Record:
    """The record that a function sees of a message as ReceiveMessage gave it."""
    digest = message.get("MD5OfMessageAttributes")
    shown = {"md5OfMessageAttributes": digest} if digest or shows_null_md5 else {}
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()},
        **shown,
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": source_arn,
        "awsRegion": region,
    }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if "StringValue" in value:
        shown["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        shown["binaryValue"] = base64.b64encode(bytes(value["BinaryValue"])).decode()
    return {**shown, "stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}


def event_filter(patterns: Sequence[str]) -> Callable[[Record], bool]:
    """Whether a record passes: one of the patterns matches it, or there is none."""
    compiled = [(compile_pattern(text), isinstance(json.loads(text).get("body"), Mapping)) for text in patterns]
    if not compiled:
        return lambda record: True

    def passes(record: Record) -> bool:
        body = _parsed(record["body"])
        with_object = {**record, "body": body} if isinstance(body, Mapping) else None
        return any(
            pattern(dict(with_object)) if wants_object and with_object else not wants_object and pattern(dict(record))
            for pattern, wants_object in compiled
        )

    return passes


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed


def portions(records: Sequence[Record]) -> Sequence[Sequence[Record]]:
    """The records in batches that one invocation can carry, in order."""
    batches: list[list[Record]] = [[]]
    size = 0
    for record in records:
        record_bytes = len(json.dumps(record)) + 1
        if batches[-1] and size + record_bytes > EVENT_BYTES_MAX:
            batches.append([])
            size = 0
        batches[-1].append(record)
        size += record_bytes
    return batches


def failed_ids(answer: bytes, message_ids: Collection[str]) -> Collection[str]:
    """The messages that a partial batch response tells as failed.

    Nothing, null, `{}` and a `batchItemFailures` that is null or empty succeed; whatever else is not well formed, and
    an identifier that is none of the batch's, fails the whole batch.
    """
    try:
        said = json.loads(answer) if answer.strip() else None
    except ValueError:
        return message_ids
    if said is None or said == {}:
        return ()
    if not isinstance(said, Mapping):
        return message_ids
    failures = said.get("batchItemFailures")
    if failures is None or failures == []:
        return ()
    if not isinstance(failures, list):
        return message_ids
    named = [one.get("itemIdentifier") if isinstance(one, Mapping) else None for one in failures]
    if any(not isinstance(name, str) or name not in message_ids for name in named):
        return message_ids
    return [str(name) for name in named]
