"""PutEvents, the way of every event, and TestEventPattern.

    entry ─► checked ─► an event ─► the routes of its bus ─► a delivery each ─► its outcomes, one ledger row an event

All of it is one transaction, so an event that was answered is in every queue it matched. An entry writes nothing before
it is accepted, and each delivery runs in a savepoint of its own: neither a bad entry nor a failing target touches the
others. An event for a bus that is not there is accepted and goes nowhere, as on AWS (recorded 2024-12-06).

Differs: a bus of another account or region takes no events yet.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.due.policy import Policy
from eventyard.engine.ledger import Outcome
from eventyard.engine.targets import Delivery
from eventyard.engine.trace.context import read_header
from eventyard.languages.patterns import PatternError, compile_pattern
from eventyard.services.events import errors, queries
from eventyard.services.events.model.events import (
    ENTRIES_BYTES_MAX,
    Event,
    Rejection,
    event_of,
    total_bytes,
)
from eventyard.services.events.model.names import BusKey, bus_key
from eventyard.services.events.model.routes import Route
from eventyard.store.tx import Tx

_TESTED_MEMBERS = frozenset(("id", "account", "source", "time", "region", "detail-type"))
"""`resources` is documented as required, and is not. Source: localstack/localstack, checked against AWS."""


def put_events(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Accept each entry or say why not; deliver the accepted ones to every target whose rule matches."""
    if "EndpointId" in call.params:
        raise errors.not_served("EndpointId")
    entries = call.params["Entries"]
    if total_bytes(entries) > ENTRIES_BYTES_MAX:
        raise errors.entries_too_large()
    results: list[dict[str, str]] = []
    accepted: list[tuple[str, int, str, list[Outcome]]] = []
    for entry in entries:
        bus = bus_key(entry.get("EventBusName"), account=call.account, region=call.region)
        event = _event(call, bus, entry)
        if isinstance(event, Rejection):
            results.append({"ErrorCode": event.code, "ErrorMessage": event.message})
            continue
        outcomes = _deliver(tx, call, bus, event, trace_header=entry.get("TraceHeader"))
        accepted.append((event.id, call.now_ms, bus.arn, outcomes))
        results.append({"EventId": event.id})
    if accepted:
        ledger.accept(tx, accepted)
    return {"FailedEntryCount": len(entries) - len(accepted), "Entries": results}


def test_event_pattern(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Whether the pattern matches the event."""
    try:
        event = orjson.loads(call.params["Event"])
    except ValueError as failure:
        raise errors.test_event_invalid() from failure
    if not isinstance(event, dict) or not event.keys() >= _TESTED_MEMBERS:
        raise errors.test_event_invalid()
    try:
        matches = compile_pattern(call.params["EventPattern"])
    except PatternError as failure:
        raise errors.pattern_invalid(str(failure)) from failure
    return {"Result": matches(event)}


def _event(call: Call[Mapping[str, Any]], bus: BusKey, entry: Mapping[str, Any]) -> Event | Rejection:
    if bus.account != call.account or bus.region != call.region:
        return Rejection("AccessDeniedException", f"Not authorized to put events on {bus.arn}.")
    return event_of(entry, event_id=call.ids.uuid(), account=call.account, region=call.region, now_ms=call.now_ms)


def _deliver(
    tx: Tx, call: Call[Mapping[str, Any]], bus: BusKey, event: Event, *, trace_header: str | None
) -> list[Outcome]:
    routes = queries.routes(tx, bus)
    matched = [] if routes is None else routes.of(event)
    if not matched:
        return []
    trace = read_header(trace_header) if trace_header else None
    caused = (
        call
        if trace is None
        else call.within(service=call.service, operation=call.operation, params=call.params, trace=trace)
    )
    return [caused.deliver(tx, _delivery(route, event)) for route in matched]


def _delivery(route: Route, event: Event) -> Delivery:
    return Delivery(
        arn=route.target_arn,
        body=event.text if route.render is None else route.render(event),
        event_body=event.text,
        sender="events",
        event_id=event.id,
        rule_arn=route.rule_arn,
        target_id=route.target_id,
        policy=Policy(route.attempts_max, route.age_max_ms),
        dead_letter_arn=route.dead_letter_arn,
        parameters=route.parameters,
    )
