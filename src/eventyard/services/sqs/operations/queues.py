"""Queues: create, find, list, delete, purge, and their attributes."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.sqs import errors
from eventyard.services.sqs.model import policies, settings
from eventyard.services.sqs.model.queue import (
    DELETED_RECENTLY_MS,
    PURGE_PAUSE_MS,
    SCOPE_DELAY_MS,
    Queue,
    place_of_arn,
    queue_arn,
)
from eventyard.services.sqs.operations.finding import queue_at
from eventyard.services.sqs.operations.take import change_delays
from eventyard.services.sqs.queries import messages, queues
from eventyard.store.tx import Tx

RESULTS_MAX = 1_000
RETENTION_TIMER = "sqs.retention"
CLEARING_TIMER = "sqs.clearing"


def create_queue(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Make a queue, or find the one of that name when it has the same values for all attributes given."""
    name = call.params["QueueName"]
    given = call.params.get("Attributes") or {}
    is_fifo = settings.wants_fifo(given)
    settings.refuse_invalid_name(name, is_fifo=is_fifo)
    judged = settings.judged(given, is_fifo=is_fifo)
    existing = queues.find_queue(tx, call.account, call.region, name)
    if existing is not None:
        difference = settings.first_difference(existing, judged)
        if difference is not None:
            raise errors.queue_name_exists(difference)
        return {"QueueUrl": existing.url(call.base_url)}
    deleted_at_ms = queues.deleted_at_ms(tx, call.account, call.region, name)
    if deleted_at_ms is not None and call.now_ms < deleted_at_ms + DELETED_RECENTLY_MS:
        raise errors.queue_deleted_recently()
    complete = settings.first_settings(judged, is_fifo=is_fifo)
    dead_letter_arn = _accepted_dead_letter_arn(tx, judged, queue_arn(call.account, call.region, name), is_fifo=is_fifo)
    queue_id = queues.insert_queue(
        tx,
        bin_id=new_bin_id(call),
        account=call.account,
        region=call.region,
        name=name,
        now_ms=call.now_ms,
        settings=complete,
        tags=call.params.get("tags") or {},
        dead_letter_arn=dead_letter_arn,
    )
    _keep_retention(tx, call, queue_id, complete)
    return {"QueueUrl": f"{call.base_url}/{call.account}/{name}"}


def get_queue_url(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """A queue's address, by its name."""
    name = call.params["QueueName"]
    if not name:
        raise errors.invalid_value("Value for parameter QueueName is invalid. Reason: Must specify a queue name.")
    account = call.params.get("QueueOwnerAWSAccountId") or call.account
    queue = queues.find_queue(tx, account, call.region, name)
    if queue is None:
        raise errors.no_such_queue()
    return {"QueueUrl": queue.url(call.base_url)}


def list_queues(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The account's queues by name; a thousand, or pages of `MaxResults`."""
    prefix = call.params.get("QueueNamePrefix", "")
    after, page = _page(call)
    names = queues.list_names(tx, call.account, call.region, prefix, after=after, rows_max=page + 1)
    result: dict[str, Any] = {}
    if names:
        result["QueueUrls"] = [f"{call.base_url}/{call.account}/{name}" for name in names[:page]]
    if len(names) > page and "MaxResults" in call.params:
        result["NextToken"] = _token(names[page - 1])
    return result


def list_dead_letter_source_queues(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The queues whose dead letters go to this one."""
    queue = queue_at(tx, call)
    after, page = _page(call)
    sources = queues.list_sources(tx, queue.arn, after=after, rows_max=page + 1)
    urls = [f"{call.base_url}/{account}/{name}" for account, name in sources[:page]]
    result: dict[str, Any] = {"queueUrls": urls}
    if len(sources) > page and "MaxResults" in call.params:
        result["NextToken"] = _token(sources[page - 1][1])
    return result


def delete_queue(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Delete a queue with all that is in it."""
    queue = queue_at(tx, call)
    queues.delete_queue(tx, queue, now_ms=call.now_ms)
    queues.forget_deleted(tx, before_ms=call.now_ms - DELETED_RECENTLY_MS)
    _clear_bin(tx, call, queue.bin_id)
    call.wake(queue.arn, RESULTS_MAX)
    return {}


def purge_queue(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Throw away every message of a queue, those in flight and delayed ones too."""
    queue = queue_at(tx, call)
    if call.now_ms < queue.purged_at_ms + PURGE_PAUSE_MS:
        raise errors.purge_in_progress(queue.name)
    queues.change_bin(tx, queue.id, new_bin_id(call), now_ms=call.now_ms)
    _clear_bin(tx, call, queue.bin_id)
    return {}


def get_queue_attributes(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The attributes asked for, the computed ones too."""
    queue = queue_at(tx, call)
    names = call.params.get("AttributeNames") or ()
    shown = settings.shown(queue, names, _computed(tx, call, queue, names))
    return {"Attributes": shown} if shown else {}


def set_queue_attributes(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Change attributes; those not given stay."""
    queue = queue_at(tx, call)
    judged = settings.judged(call.params["Attributes"], is_fifo=queue.is_fifo)
    complete = settings.changed_settings(queue, judged)
    _accepted_dead_letter_arn(tx, judged, queue.arn, is_fifo=queue.is_fifo)
    change_settings(tx, call, queue, complete)
    _keep_retention(tx, call, queue.id, complete)
    _keep_scope(tx, call, queue, complete)
    if queue.is_fifo and complete["DelaySeconds"] != queue.settings["DelaySeconds"]:
        change_delays(tx, queue, delay_ms=1000 * int(complete["DelaySeconds"]), now_ms=call.now_ms)
        call.wake(queue.arn)
    return {}


def change_settings(tx: Tx, call: Call[Any], queue: Queue, complete: Mapping[str, str]) -> None:
    """Write a queue's complete settings."""
    redrive = complete.get("RedrivePolicy")
    dead_letter_arn = policies.dead_letter_arn(redrive) if redrive else None
    queues.update_settings(tx, queue.id, complete, dead_letter_arn, now_ms=call.now_ms)


def new_bin_id(call: Call[Any]) -> int:
    """Where a queue's messages are to lie from now on: any number that no other queue has."""
    return int(call.ids.hexadecimal(15), 16)


def _computed(tx: Tx, call: Call[Any], queue: Queue, names: Any) -> dict[str, str]:
    computed = {"QueueArn": queue.arn}
    if any(name == "All" or name.startswith("Approximate") for name in names):
        visible, in_flight, delayed = messages.counts(tx, queue.bin_id, now_ms=call.now_ms)
        computed["ApproximateNumberOfMessages"] = str(visible)
        computed["ApproximateNumberOfMessagesNotVisible"] = str(in_flight)
        computed["ApproximateNumberOfMessagesDelayed"] = str(delayed)
    computed["CreatedTimestamp"] = str(queue.created_at_ms // 1000)
    computed["LastModifiedTimestamp"] = str(queue.modified_at_ms // 1000)
    return computed


def _accepted_dead_letter_arn(tx: Tx, judged: Mapping[str, str], source_arn: str, *, is_fifo: bool) -> str | None:
    """The dead-letter queue of the given redrive policy. Raises InvalidParameterValue when it cannot be that."""
    text = judged.get("RedrivePolicy")
    if not text:
        return None
    arn = policies.dead_letter_arn(text)
    place = place_of_arn(arn)
    if arn.endswith(".fifo") != is_fifo:
        reason = "Dead-letter queue must be same type of queue as the source.."
        raise errors.invalid_parameter(text, "RedrivePolicy", reason)
    target = None if place is None else queues.find_queue(tx, *place)
    if target is None:
        raise errors.invalid_parameter(text, "RedrivePolicy", "Dead letter target does not exist.")
    if not policies.allows_source(target, source_arn):
        raise errors.refused_by_dead_letter_queue(text)
    return arn


def _keep_retention(tx: Tx, call: Call[Any], queue_id: int, complete: Mapping[str, str]) -> None:
    at_ms = call.now_ms + 1000 * int(complete["MessageRetentionPeriod"])
    call.later(tx, kind=RETENTION_TIMER, key=str(queue_id), at_ms=at_ms)


def _keep_scope(tx: Tx, call: Call[Any], queue: Queue, complete: Mapping[str, str]) -> None:
    """Let a changed deduplication scope take effect later, as AWS does."""
    in_effect = queue.scope_at(call.now_ms)
    if in_effect is not None and complete["DeduplicationScope"] != queue.settings["DeduplicationScope"]:
        queues.delay_scope(tx, queue.id, in_effect, since_ms=call.now_ms + SCOPE_DELAY_MS)


def _clear_bin(tx: Tx, call: Call[Any], bin_id: int) -> None:
    call.later(tx, kind=CLEARING_TIMER, key=str(bin_id), at_ms=call.now_ms)


def _page(call: Call[Any]) -> tuple[str, int]:
    """(the name after which the page begins, its length)."""
    given = call.params.get("MaxResults")
    token = call.params.get("NextToken")
    if given is not None and not 1 <= given <= RESULTS_MAX:
        raise errors.invalid_value(
            "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000."
        )
    if token and given is None:
        raise errors.invalid_value("MaxResults is a mandatory parameter when you provide a value for NextToken.")
    return (_after(token) if token else ""), given or RESULTS_MAX


def _token(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode("ascii")


def _after(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as failure:
        raise errors.invalid_value("Invalid NextToken value.") from failure
