"""Log events: put, get, filter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.log_patterns.lines import Line
from eventyard.languages.log_patterns.pattern import LogPattern
from eventyard.services.logs import errors
from eventyard.services.logs.model.events import (
    BEGINNING,
    END,
    PAGE_BYTES_MAX,
    PAGE_EVENTS_MAX,
    Event,
    Place,
    fitting,
    place_of,
    take,
)
from eventyard.services.logs.model.groups import FIRST_EVENT_BACKWARD_MS, Group, Stream
from eventyard.services.logs.model.metric_filters import pattern_given
from eventyard.services.logs.queries import events, streams
from eventyard.services.logs.work.arriving import arrive
from eventyard.services.logs.work.finding import existing_group, existing_stream, readable_group
from eventyard.store.tx import Tx

_READ_AT_ONCE = 500
_LOOKED_AT_MAX = 20_000
_LOOKED_AT_BYTES_MAX = 16 * 1024 * 1024
"""Of events that one FilterLogEvents looks at, so that nobody waits long for it; the next page goes on behind them."""


def put_log_events(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Add events. Sequence tokens are taken and ignored, as AWS has done since 2023.

    An entity, of whose telemetry the events were to be a part, is rejected as AWS rejects those of other groups: there
    is nothing here that would show it. The events are taken.
    """
    group = existing_group(tx, call)
    stream = existing_stream(tx, group, call.params["logStreamName"])
    taken = take(call.params["logEvents"], now_ms=call.now_ms, retention_days=group.retention_days)
    if taken.events:
        arrive(tx, call, group, stream, [(event["timestamp"], event["message"]) for event in taken.events])
    rejected: dict[str, Any] = {"rejectedLogEventsInfo": dict(taken.rejected)} if taken.rejected else {}
    if "entity" in call.params:
        rejected["rejectedEntityInfo"] = {"errorType": "UnsupportedLogGroupType"}
    return {"nextSequenceToken": f"{call.now_ms:056d}", **rejected}


def get_log_events(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """A page of one stream: the newest events, or the oldest with `startFromHead`, or from a token on.

    At the stream's end the forward token is the one that was given, which is how readers know. `unmask` shows what a
    data protection policy hides, and there are none.
    """
    params = call.params
    group = readable_group(tx, call)
    stream = existing_stream(tx, group, params["logStreamName"])
    given = params.get("nextToken")
    direction, place = place_of(given) if given else ("f", BEGINNING) if params.get("startFromHead") else ("b", END)
    page = _page(_read_stream(tx, stream, params, direction, place), is_forward=direction == "f")
    first, last = _ends(page, place)
    return {
        "events": [event.shown() for event in page],
        "nextForwardToken": last.token("f"),
        "nextBackwardToken": first.token("b"),
    }


def filter_log_events(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Events of the group, over all streams or some, that fit the pattern; in the order of their instants.

    They are always interleaved, as AWS has done since 2019. A page may be empty and yet have another one behind it.
    """
    params = call.params
    pattern = pattern_given(params.get("filterPattern", ""))
    names, prefix = params.get("logStreamNames", ()), params.get("logStreamNamePrefix", "")
    if names and prefix:
        raise errors.invalid("logStreamNamePrefix and logStreamNames are mutually exclusive parameters.")
    direction, place = _beginning(params)
    group = readable_group(tx, call)
    limit, found = params.get("limit", PAGE_EVENTS_MAX), _Found()
    for read in _read_group(tx, group, params, direction, place):
        found.take(read, [event for event in read if event.stream.startswith(prefix) and _fits(pattern, event)])
        if found.is_enough(limit):
            break
    shown = fitting(found.events[:limit])
    behind = shown[-1].place if len(shown) < len(found.events) else found.left_at
    more = {} if behind is None else {"nextToken": behind.token(direction)}
    return {"events": [event.found() for event in shown], "searchedLogStreams": [], **more}


@dataclass(slots=True)
class _Found:
    """What a search has found; `left_at` is where it stopped before the end."""

    events: list[Event] = field(default_factory=list)
    left_at: Place | None = None
    _size_bytes: int = 0
    _looked_at: int = 0
    _looked_at_bytes: int = 0

    def take(self, read: Sequence[Event], fit: Sequence[Event]) -> None:
        """Note what was read, and what of it fits."""
        self.events.extend(fit)
        self.left_at = read[-1].place if len(read) == _READ_AT_ONCE else None
        self._size_bytes += sum(event.size_bytes for event in fit)
        self._looked_at += len(read)
        self._looked_at_bytes += sum(len(event.message) for event in read)

    def is_enough(self, limit: int) -> bool:
        """Whether a page is full, or this one has looked at as much as one may."""
        is_full = len(self.events) > limit or self._size_bytes > PAGE_BYTES_MAX
        return is_full or self._looked_at >= _LOOKED_AT_MAX or self._looked_at_bytes >= _LOOKED_AT_BYTES_MAX


def _read_group(
    tx: Tx, group: Group, params: Mapping[str, Any], direction: str, place: Place
) -> Iterator[Sequence[Event]]:
    """The group's events in the span that was asked for, piece by piece, to the end."""
    stream_ids = _stream_ids(tx, group, params.get("logStreamNames", ()))
    read: Sequence[Event] = ()
    while not read or len(read) == _READ_AT_ONCE:
        read = events.group_events(
            tx,
            group.id,
            read[-1].place if read else place,
            stream_ids=stream_ids,
            from_ms=params.get("startTime", 0),
            until_ms=params.get("endTime", END.at_ms - 1) + 1,
            descending=direction == "b",
            rows_max=_READ_AT_ONCE,
        )
        if not read:
            return
        yield read


def _read_stream(tx: Tx, stream: Stream, params: Mapping[str, Any], direction: str, place: Place) -> Sequence[Event]:
    """The stream's next events in that direction, in their order: enough for a page."""
    read = events.events_after if direction == "f" else events.events_before
    found: list[Event] = []
    size, limit = 0, params.get("limit", PAGE_EVENTS_MAX)
    while len(found) < limit and size <= PAGE_BYTES_MAX:
        rows_max = min(_READ_AT_ONCE, limit - len(found))
        piece = read(
            tx,
            stream.id,
            place,
            from_ms=params.get("startTime", 0),
            until_ms=params.get("endTime", END.at_ms),
            rows_max=rows_max,
        )
        found = [*found, *piece] if direction == "f" else [*piece, *found]
        size += sum(event.size_bytes for event in piece)
        if len(piece) < rows_max:
            break
        place = (piece[-1] if direction == "f" else piece[0]).place
    return found


def _beginning(params: Mapping[str, Any]) -> tuple[str, Place]:
    """The direction of a search and where it begins; a token has both."""
    if params.get("nextToken"):
        return place_of(params["nextToken"])
    if params.get("startFromHead", True):
        return "f", BEGINNING
    if params.get("startTime", 0) < FIRST_EVENT_BACKWARD_MS:
        raise errors.invalid("startFromHead can be false only when startTime is on or after January 1, 2024.")
    return "b", END


def _stream_ids(tx: Tx, group: Group, names: Sequence[str]) -> Sequence[int]:
    """Raises ResourceNotFoundException where one of the streams is not there."""
    if not names:
        return ()
    found = streams.streams_named(tx, group.id, names)
    if len(found) < len(set(names)):
        raise errors.no_such_stream()
    return [stream.id for stream in found]


def _fits(pattern: LogPattern, event: Event) -> bool:
    return pattern.match(Line(event.message)) is not None


def _page(found: Sequence[Event], *, is_forward: bool) -> Sequence[Event]:
    return fitting(found) if is_forward else list(reversed(fitting(list(reversed(found)))))


def _ends(page: Sequence[Event], place: Place) -> tuple[Place, Place]:
    """The places that the tokens name. Of an empty stream both are its beginning, so that what comes later is found."""
    if page:
        return page[0].place, page[-1].place
    return (BEGINNING, BEGINNING) if place == END else (place, place)
