"""The one way of an accepted event: from a bus to its archives and to every target whose rule matches it.

    PutEvents ─────────┐
    PutPartnerEvents ──┼─► arrivals ─► the routes of each bus ─► archived rows, a delivery each ─► outcomes, one
    a bus's delivery ──┤                                                                    ledger row an arrival
    a replay ──────────┘

All of it is one transaction. Each delivery runs in a savepoint of its own, so a failing target touches nobody else.
The ledger keeps an event by its id, and what comes to a bus once more (from another bus, from a replay) by its id, `@`
and eight digits, since it is the same event with outcomes of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.due.policy import Policy
from eventyard.engine.ledger import Outcome
from eventyard.engine.trace import record
from eventyard.engine.trace.context import TraceContext
from eventyard.services.events.model.archives import Stored
from eventyard.services.events.model.events import Event
from eventyard.services.events.model.names import BusKey, is_bus_arn
from eventyard.services.events.model.routes import Route
from eventyard.services.events.model.trace_keys import values_at
from eventyard.services.events.operations.counting import count_matches
from eventyard.services.events.queries import archives
from eventyard.services.events.queries import buses as queries
from eventyard.store.tx import Tx

ROLE = "RoleArn"
"""A delivery's parameter: as whom the rule puts the event on the bus."""

PASSED_ON = "PassedOn"
"""A delivery's parameter: the event had come from a bus already, so it goes to no further one."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An accepted event at its bus.

    `record_id` is what the ledger keeps it by; `trace` one that it brought along. `is_passed_on`: it came from another
    bus. `rule_arns` are the only rules that see it, `None` all; `fired_rule_arn` the rule whose schedule made it.
    `remarks` are outcomes besides those of its targets.
    """

    bus: BusKey
    event: Event
    record_id: str
    trace: TraceContext | None = None
    is_passed_on: bool = False
    rule_arns: frozenset[str] | None = None
    remarks: Sequence[Outcome] = ()
    fired_rule_arn: str | None = None


@dataclass(slots=True)
class _Way:
    """Where an arrival goes."""

    deliveries: list[Delivery] = field(default_factory=list)
    archived: list[Outcome] = field(default_factory=list)


def publish(tx: Tx, call: Call[Any], arrivals: Sequence[Arrival]) -> None:
    """Bring each arrival to its archives and targets, and record what came of it."""
    if not arrivals:
        return
    stored: dict[tuple[int, int], Stored] = {}
    ways = [_way(tx, call, arrival, stored) for arrival in arrivals]
    if stored:
        archives.store_events(tx, list(stored.values()))
    outcomes = _deliver(tx, call, arrivals, ways)
    count_matches(tx, call, outcomes)
    _index(tx, call, arrivals)
    ledger.accept(
        tx,
        call,
        [
            ledger.Accepted(
                arrival.record_id,
                call.now_ms,
                arrival.bus.arn,
                arrival.event.text,
                [*reached, *way.archived, *arrival.remarks] if way.archived or arrival.remarks else reached,
                trace=(arrival.trace or call.trace).header(),
            )
            for arrival, way, reached in zip(arrivals, ways, outcomes, strict=True)
        ],
    )
    call.wake(ledger.ACCEPTED, ledger.FOLLOWERS_MAX)


def _index(tx: Tx, call: Call[Any], arrivals: Sequence[Arrival]) -> None:
    """Have the arrivals' traces found by what their buses chose of their values."""
    if not call.doors.is_tracing:
        return
    for arrival in arrivals:
        routes = queries.routes(tx, arrival.bus)
        if routes is None or not routes.trace_keys:
            continue
        bus, root = arrival.bus, (arrival.trace or call.trace).root
        for value in values_at(arrival.event.json, routes.trace_keys):
            record.key(tx, account=bus.account, region=bus.region, value=value, at_ms=call.now_ms, trace=root)


def once_more(call: Call[Any], event: Event) -> str:
    """What the ledger keeps an event by that it may know already."""
    return f"{event.id}@{call.ids.hexadecimal(8)}"


def _way(tx: Tx, call: Call[Any], arrival: Arrival, stored: dict[tuple[int, int], Stored]) -> _Way:
    """The arrival's deliveries; what archives store of it is added to `stored`, by archive and time."""
    way = _Way()
    routes = queries.routes(tx, arrival.bus)
    if routes is None:
        return way
    event = arrival.event
    for route in routes.of(event, fired_rule_arn=arrival.fired_rule_arn):
        if arrival.rule_arns is not None and route.rule_arn not in arrival.rule_arns:
            continue
        if route.archive_id is not None:
            _store(stored, route.archive_id, event, now_ms=call.now_ms)
            way.archived.append(_archived(route, call.now_ms))
        else:
            way.deliveries.append(_delivery(route, arrival))
    return way


def _store(stored: dict[tuple[int, int], Stored], archive_id: int, event: Event, *, now_ms: int) -> None:
    key = (archive_id, event.at_ms)
    row = stored.get(key)
    if row is None:
        row = stored[key] = Stored(*key, now_ms)
    row.size_bytes += event.size_bytes
    row.texts.append(event.text)


def _archived(route: Route, now_ms: int) -> Outcome:
    return Outcome(route.rule_arn, route.target_arn, route.target_id, "delivered", attempts=1, at_ms=now_ms)


def _delivery(route: Route, arrival: Arrival) -> Delivery:
    event = arrival.event
    delivery = Delivery(
        arn=route.target_arn,
        body=event.text if route.render is None else route.render(event),
        event_body=event.text,
        sender="events",
        event_id=arrival.record_id,
        rule_arn=route.rule_arn,
        target_id=route.target_id,
        policy=Policy(route.attempts_max, route.age_max_ms),
        dead_letter_arn=route.dead_letter_arn,
        parameters=route.parameters,
    )
    if not is_bus_arn(route.target_arn):
        return delivery
    told = {ROLE: route.role_arn, PASSED_ON: arrival.is_passed_on}
    return delivery._replace(parameters={**route.parameters, **told})


def _deliver(tx: Tx, call: Call[Any], arrivals: Sequence[Arrival], ways: Sequence[_Way]) -> list[Sequence[Outcome]]:
    """The outcomes of each arrival's deliveries; all in one go where none is a case of its own."""
    if any(arrival.trace is not None or arrival.bus.account != call.account for arrival in arrivals):
        return [
            _on_behalf(call, arrival).deliver_all(tx, way.deliveries)
            for arrival, way in zip(arrivals, ways, strict=True)
        ]
    outcomes = iter(call.deliver_all(tx, [delivery for way in ways for delivery in way.deliveries]))
    return [list(islice(outcomes, len(way.deliveries))) for way in ways]


def _on_behalf(call: Call[Mapping[str, Any]], arrival: Arrival) -> Call[Mapping[str, Any]]:
    """The call in which the arrival's bus delivers: its own account, and the trace that the event brought along."""
    return call.within(
        service=call.service,
        operation=call.operation,
        params=call.params,
        account=arrival.bus.account,
        region=arrival.bus.region,
        trace=arrival.trace,
    )
