"""The attributes of queues: which there are, their defaults and bounds, and what AWS says to a wrong one.

`DEFAULTS` is what a fresh queue answers to GetQueueAttributes with `All`, beside the computed attributes.
Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html; messages as
in the recordings named in `errors.py`. MaximumMessageSize is 1 MiB since 4 August 2025.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from eventyard.services.sqs import errors
from eventyard.services.sqs.model import policies
from eventyard.services.sqs.model.queue import Queue

MESSAGE_BYTES_MAX = 1_048_576

DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "VisibilityTimeout": "30",
        "MaximumMessageSize": str(MESSAGE_BYTES_MAX),
        "MessageRetentionPeriod": "345600",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
    }
)
FIFO_DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "FifoQueue": "true",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
        "ContentBasedDeduplication": "false",
    }
)
COMPUTED = (
    "QueueArn",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
)
_HIGH_THROUGHPUT = frozenset({"DeduplicationScope", "FifoThroughputLimit"})
_KMS_REUSE_DEFAULT_S = "300"
_CLEARED_BY_EMPTY_TEXT = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId")

_QUEUE_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FIFO_QUEUE_NAME = re.compile(r"(?=.{6,80}$)[A-Za-z0-9_-]+\.fifo")
_WHOLE = re.compile(r"[0-9]{1,10}")

Judge = Callable[[str, str], str]
"""(name, text) to the text to be kept. Raises InvalidAttributeValue or InvalidParameterValue."""


def refuse_invalid_name(name: str, *, is_fifo: bool) -> None:
    """Raises InvalidParameterValue for a name that a queue of that type cannot have."""
    if not name:
        raise errors.empty_queue_name()
    if is_fifo and _FIFO_QUEUE_NAME.fullmatch(name) is None:
        raise errors.invalid_fifo_queue_name()
    if not is_fifo and _QUEUE_NAME.fullmatch(name) is None:
        raise errors.invalid_queue_name()


def wants_fifo(given: Mapping[str, str]) -> bool:
    """Whether a new queue is to be FIFO. Raises InvalidAttributeName for `false`, which AWS does not know."""
    text = given.get("FifoQueue")
    if text is not None and text.lower() != "true":
        raise errors.unknown_attribute("FifoQueue")
    return text is not None


def judged(given: Mapping[str, str], *, is_fifo: bool) -> dict[str, str]:
    """The given attributes as they are to be kept; an empty text clears one.

    Raises InvalidAttributeName for unknown ones and those of the other queue type, InvalidAttributeValue for values.
    """
    return {name: _judge(name, is_fifo=is_fifo)(name, text) for name, text in given.items()}


def first_settings(given: Mapping[str, str], *, is_fifo: bool) -> dict[str, str]:
    """A new queue's complete settings from the judged ones."""
    return _merged({**DEFAULTS, **(FIFO_DEFAULTS if is_fifo else {})}, given)


def changed_settings(queue: Queue, given: Mapping[str, str]) -> dict[str, str]:
    """The queue's complete settings after the judged change."""
    return _merged(queue.settings, given)


def first_difference(queue: Queue, given: Mapping[str, str]) -> str | None:
    """The first judged attribute that the existing queue has otherwise; `None` when it has them all."""
    for name, text in given.items():
        if text != queue.settings.get(name, ""):
            return name
    return None


def shown(queue: Queue, names: Iterable[str], computed: Mapping[str, str]) -> dict[str, str]:
    """The attributes a client asked for. Raises InvalidAttributeName for unknown ones."""
    asked = set(names)
    for name in names:
        if name != "All" and name not in COMPUTED and name not in _JUDGES:
            raise errors.unknown_attribute(name)
    everything = {**computed, **queue.settings}
    return {name: text for name, text in everything.items() if "All" in asked or name in asked}


def _merged(settings: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    if given.get("KmsMasterKeyId") and given.get("SqsManagedSseEnabled") == "true":
        raise errors.two_encryptions()
    merged = {**settings, **given}
    if given.get("KmsMasterKeyId"):
        merged["SqsManagedSseEnabled"] = "false"
        merged.setdefault("KmsDataKeyReusePeriodSeconds", _KMS_REUSE_DEFAULT_S)
    elif given.get("SqsManagedSseEnabled") == "true":
        merged.pop("KmsMasterKeyId", None)
    if not merged.get("KmsMasterKeyId"):
        merged.pop("KmsDataKeyReusePeriodSeconds", None)
    for name in _CLEARED_BY_EMPTY_TEXT:
        if merged.get(name) == "":
            del merged[name]
    per_group = merged.get("FifoThroughputLimit") == "perMessageGroupId"
    if per_group and merged.get("DeduplicationScope") != "messageGroup":
        raise errors.throughput_without_scope()
    return merged


def _judge(name: str, *, is_fifo: bool) -> Judge:
    judge = _JUDGES.get(name)
    if name in _HIGH_THROUGHPUT and not is_fifo:
        raise errors.needs_fifo_queue(name)
    if judge is None or (name in FIFO_DEFAULTS and not is_fifo):
        raise errors.unknown_attribute(name)
    return judge


def _whole(least: int, most: int) -> Judge:
    def judge(name: str, text: str) -> str:
        if _WHOLE.fullmatch(text) is None or not least <= int(text) <= most:
            raise errors.invalid_attribute(name)
        return str(int(text))

    return judge


def _one_of(*values: str) -> Judge:
    def judge(name: str, text: str) -> str:
        if text not in values:
            raise errors.invalid_attribute(name)
        return text

    return judge


def _truth(name: str, text: str) -> str:
    if text.lower() not in ("true", "false"):
        raise errors.invalid_attribute(name)
    return text.lower()


def _text(name: str, text: str) -> str:
    return text


def _fifo(name: str, text: str) -> str:
    if text.lower() != "true":
        raise errors.fixed_queue_type()
    return "true"


_JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "VisibilityTimeout": _whole(0, 43_200),
        "MaximumMessageSize": _whole(1_024, MESSAGE_BYTES_MAX),
        "MessageRetentionPeriod": _whole(60, 1_209_600),
        "DelaySeconds": _whole(0, 900),
        "ReceiveMessageWaitTimeSeconds": _whole(0, 20),
        "Policy": policies.judged_policy,
        "RedrivePolicy": policies.judged_redrive,
        "RedriveAllowPolicy": policies.judged_redrive_allow,
        "KmsMasterKeyId": _text,
        "KmsDataKeyReusePeriodSeconds": _whole(60, 86_400),
        "SqsManagedSseEnabled": _truth,
        "FifoQueue": _fifo,
        "ContentBasedDeduplication": _truth,
        "DeduplicationScope": _one_of("messageGroup", "queue"),
        "FifoThroughputLimit": _one_of("perQueue", "perMessageGroupId"),
    }
)
