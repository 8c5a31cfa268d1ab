"""Log events: put, get, filter."""

from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.logs import errors
from eventyard.services.logs.model.events import (
    BEGINNING,
    END,
    PAGE_EVENTS_MAX,
    Event,
    event_filter,
    fitting,
    place_of,
    take,
)
from eventyard.services.logs.queries import events as queries
from eventyard.services.logs.work.finding import existing_group, existing_stream
from eventyard.store.tx import Tx

_FILTERED_MAX = 50_000
"""Events that one FilterLogEvents looks at; the next page goes on behind them."""


def put_log_events(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Add events. Sequence tokens are taken and ignored, as AWS has done since 2023.

    An entity, of whose telemetry the events were to be a part, is rejected as AWS rejects those of other groups: there
    is nothing here that would show it. The events are taken.
    """
    group = existing_group(tx, call)
    stream = existing_stream(tx, group, call.params["logStreamName"])
    taken = take(call.params["logEvents"], now_ms=call.now_ms, retention_days=group.retention_days)
    if taken.events:
        pairs = [(event["timestamp"], event["message"]) for event in taken.events]
        queries.insert_events(tx, group, stream, pairs, now_ms=call.now_ms)
    rejected: dict[str, Any] = {"rejectedLogEventsInfo": dict(taken.rejected)} if taken.rejected else {}
    if "entity" in call.params:
        rejected["rejectedEntityInfo"] = {"errorType": "UnsupportedLogGroupType"}
    return {"nextSequenceToken": f"{call.now_ms:056d}", **rejected}


def get_log_events(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """A page of one stream: the newest events, or the oldest with `startFromHead`, or from a token on.

    At the stream's end the forward token is the one that was given, which is how readers know.
    """
    params = call.params
    group = existing_group(tx, call)
    stream = existing_stream(tx, group, params["logStreamName"])
    given = params.get("nextToken")
    direction, place = place_of(given) if given else ("f", BEGINNING) if params.get("startFromHead") else ("b", END)
    read = queries.events_after if direction == "f" else queries.events_before
    found = read(
        tx,
        stream.id,
        place,
        from_ms=params.get("startTime", 0),
        until_ms=params.get("endTime", END.at_ms),
        rows_max=params.get("limit", PAGE_EVENTS_MAX),
    )
    events = _page(found, is_forward=direction == "f")
    first, last = (events[0].place, events[-1].place) if events else (place, place)
    return {
        "events": [_shown(event) for event in events],
        "nextForwardToken": last.token("f"),
        "nextBackwardToken": first.token("b"),
    }


def filter_log_events(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Events of the group, over all streams or some, that have the pattern's terms; in the order of their instants."""
    params = call.params
    if not params.get("startFromHead", True):
        raise errors.not_served("FilterLogEvents from the newest event on (startFromHead)")
    passes = event_filter(params.get("filterPattern", ""))
    group = existing_group(tx, call)
    names, prefix = set(params.get("logStreamNames", ())), params.get("logStreamNamePrefix", "")
    place = place_of(params["nextToken"])[1] if params.get("nextToken") else BEGINNING
    limit = params.get("limit", PAGE_EVENTS_MAX)
    looked_at = queries.group_events_after(
        tx,
        group.id,
        place,
        from_ms=params.get("startTime", 0),
        until_ms=params.get("endTime", END.at_ms - 1) + 1,
        rows_max=_FILTERED_MAX,
    )
    found = [
        event
        for event in looked_at
        if (not names or event.stream in names) and event.stream.startswith(prefix) and passes(event.message)
    ]
    shown = fitting(found[:limit])
    more: dict[str, str] = {}
    if len(shown) < len(found):
        more = {"nextToken": shown[-1].place.token("f")}
    elif len(looked_at) == _FILTERED_MAX:
        more = {"nextToken": looked_at[-1].place.token("f")}
    return {"events": [_found(event) for event in shown], "searchedLogStreams": [], **more}


def _page(events: Sequence[Event], *, is_forward: bool) -> Sequence[Event]:
    return fitting(events) if is_forward else list(reversed(fitting(list(reversed(events)))))


def _shown(event: Event) -> dict[str, Any]:
    return {"timestamp": event.at_ms, "message": event.message, "ingestionTime": event.ingested_at_ms}


def _found(event: Event) -> dict[str, Any]:
    return {"logStreamName": event.stream, **_shown(event), "eventId": f"{event.at_ms:020d}{event.id:036d}"}
