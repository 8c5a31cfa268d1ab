"""Log streams: create, describe, delete."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.logs import errors
from eventyard.services.logs.queries import events as queries
from eventyard.services.logs.work.finding import existing_group, existing_stream
from eventyard.store.tx import Tx

_PAGE = 50


def create_log_stream(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Make a stream in a group that is there."""
    group, name = existing_group(tx, call), call.params["logStreamName"]
    if queries.find_stream(tx, group.id, name) is not None:
        raise errors.stream_exists()
    queries.insert_stream(tx, group.id, name, call.now_ms)


def describe_log_streams(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Streams by name or by the instant of their last event; a stream without events counts as made."""
    params = call.params
    by_event = params.get("orderBy") == "LastEventTime"
    prefix = params.get("logStreamNamePrefix", "")
    if by_event and prefix:
        raise errors.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    group = existing_group(tx, call)
    found = [stream for stream in queries.streams(tx, group.id) if stream.name.startswith(prefix)]
    if by_event:
        found.sort(key=lambda stream: stream.last_at_ms or stream.created_at_ms)
    if params.get("descending"):
        found.reverse()
    limit, names = params.get("limit", _PAGE), [stream.name for stream in found]
    token = params.get("nextToken")
    if token and token not in names:
        raise errors.invalid("The specified nextToken is invalid.")
    start = names.index(token) + 1 if token else 0
    more = {"nextToken": names[start + limit - 1]} if len(found) > start + limit else {}
    return {"logStreams": [stream.shown(group) for stream in found[start : start + limit]], **more}


def delete_log_stream(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Delete the stream with its events."""
    group = existing_group(tx, call)
    queries.delete_stream(tx, existing_stream(tx, group, call.params["logStreamName"]).id)
