"""PutEvents and TestEventPattern.

    entry ─► checked ─► an event ─► allowed on its bus ─► `publishing.py`

All of it is one transaction, so an event that was answered is in every queue it matched. An entry writes nothing before
it is accepted, so a bad one touches no other. An event for a bus that is not there is accepted and goes nowhere, as on
AWS (recorded 2024-12-06). A bus of another account is named by its ARN, and its policy has to allow it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.trace.context import read_header
from eventyard.languages.patterns import PatternError, compile_pattern
from eventyard.services.events import errors
from eventyard.services.events.model.events import (
    ENTRIES_BYTES_MAX,
    Rejection,
    event_of,
    read_object,
    time_text,
    total_bytes,
)
from eventyard.services.events.model.names import BusKey, bus_key
from eventyard.services.events.operations.counting import count_request
from eventyard.services.events.operations.permissions import refusal_to_put
from eventyard.services.events.operations.publishing import Arrival, publish
from eventyard.services.events.operations.validating import CODE, objection_to
from eventyard.services.events.queries import buses as queries
from eventyard.store.tx import Tx

_TESTED_MEMBERS = frozenset(("id", "account", "source", "time", "region", "detail-type"))
"""`resources` is documented as required, and is not. Source: localstack/localstack, checked against AWS."""

_ANOTHER_REGION = Rejection(
    "InvalidArgument", "Parameter EventBusName is not valid. Reason: The event bus is in another Region."
)
"""Unverified."""


@dataclass(frozen=True, slots=True)
class _Door:
    """A bus as the entries of one call find it: whether its policy or its schemas have a say."""

    bus: BusKey
    is_guarded: bool
    is_validating: bool


def put_events(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Accept each entry or say why not; deliver the accepted ones to every target whose rule matches."""
    if "EndpointId" in call.params:
        raise errors.not_served("EndpointId")
    entries = call.params["Entries"]
    size_bytes = total_bytes(entries)
    if size_bytes > ENTRIES_BYTES_MAX:
        raise errors.entries_too_large()
    results: list[dict[str, str]] = []
    arrivals: list[Arrival] = []
    accepted_at = time_text(call.now_ms) or ""
    doors: dict[str | None, _Door] = {}
    for entry in entries:
        name = entry.get("EventBusName")
        door = doors.get(name)
        if door is None:
            door = doors[name] = _door(tx, call, name)
        arrived = _arrival(tx, call, door, entry, accepted_at=accepted_at)
        if isinstance(arrived, Rejection):
            results.append({"ErrorCode": arrived.code, "ErrorMessage": arrived.message})
            continue
        arrivals.append(arrived)
        results.append({"EventId": arrived.event.id})
    publish(tx, call, arrivals)
    failed = len(entries) - len(arrivals)
    count_request(tx, call, entries=len(entries), failed=failed, size_bytes=size_bytes)
    return {"FailedEntryCount": failed, "Entries": results}


def test_event_pattern(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Whether the pattern matches the event."""
    event = read_object(call.params["Event"])
    if event is None or not event.keys() >= _TESTED_MEMBERS:
        raise errors.test_event_invalid()
    try:
        matches = compile_pattern(call.params["EventPattern"])
    except PatternError as failure:
        raise errors.pattern_invalid(str(failure)) from failure
    return {"Result": matches(event)}


def _door(tx: Tx, call: Call[Mapping[str, Any]], name: str | None) -> _Door:
    bus = bus_key(name, account=call.account, region=call.region)
    routes = queries.routes(tx, bus)
    return _Door(
        bus,
        is_guarded=bus.account != call.account or bool(queries.policy(tx, bus).statements),
        is_validating=routes is not None and routes.validation is not None,
    )


def _arrival(
    tx: Tx, call: Call[Mapping[str, Any]], door: _Door, entry: Mapping[str, Any], *, accepted_at: str
) -> Arrival | Rejection:
    bus = door.bus
    if bus.region != call.region:
        return _ANOTHER_REGION
    event = event_of(
        entry,
        event_id=call.ids.ordered_uuid(call.now_ms),
        account=call.account,
        region=call.region,
        accepted_at=accepted_at,
    )
    if isinstance(event, Rejection):
        return event
    refusal = refusal_to_put(tx, call, bus, event.json) if door.is_guarded else None
    if refusal is not None:
        return Rejection("AccessDeniedException", refusal)
    objection = objection_to(tx, call, bus, event) if door.is_validating else None
    if objection is not None and objection.is_final:
        return Rejection(CODE, objection.reason)
    header = entry.get("TraceHeader")
    trace = read_header(header) if header else None
    return Arrival(bus, event, event.id, trace=trace, remarks=() if objection is None else objection.remarks)
