"""Log streams: create, describe, delete."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.logs import errors
from eventyard.services.logs.operations.pages import after_of, cut, limit_of
from eventyard.services.logs.queries import streams
from eventyard.services.logs.work.deletion import forget
from eventyard.services.logs.work.finding import existing_group, existing_stream
from eventyard.store.tx import Tx


def create_log_stream(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Make a stream in a group that is there."""
    group, name = existing_group(tx, call), call.params["logStreamName"]
    if streams.find_stream(tx, group.id, name) is not None:
        raise errors.stream_exists()
    streams.insert_stream(tx, group.id, name, call.now_ms)


def describe_log_streams(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Streams by name or by the instant of their last event; a stream without events counts as made."""
    params = call.params
    by_event, descending = params.get("orderBy") == "LastEventTime", params.get("descending", False)
    prefix, limit = params.get("logStreamNamePrefix", ""), limit_of(params)
    if by_event and prefix:
        raise errors.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    group = existing_group(tx, call)
    if by_event:
        place = after_of(params, int, str)
        found = streams.streams_by_last_event(
            tx,
            group.id,
            after=None if place is None else (place[0], place[1]),
            descending=descending,
            rows_max=limit + 1,
        )
        shown, more = cut(found, limit, lambda stream: (stream.ordered_by_ms, stream.name))
    else:
        name = after_of(params, str)
        found = streams.streams_by_name(
            tx,
            group.id,
            prefix=prefix,
            after=None if name is None else name[0],
            descending=descending,
            rows_max=limit + 1,
        )
        shown, more = cut(found, limit, lambda stream: (stream.name,))
    return {"logStreams": [stream.shown(group) for stream in shown], **more}


def delete_log_stream(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Delete the stream with its events. Raises ValidationException where its group is protected."""
    group = existing_group(tx, call)
    if group.is_protected:
        raise errors.group_is_protected()
    stream = existing_stream(tx, group, call.params["logStreamName"])
    streams.delete_stream(tx, stream.id)
    forget(tx, call, group_id=group.id, stream_id=stream.id)
