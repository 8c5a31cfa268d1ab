"""What became of an event, and why: the pages behind `eventyard why` and `eventyard tail`.

GET /_eventyard/events/ID    one event: each rule of its bus with whether it matched and, if not, the first field that
                             did not; each target with every try, its answer, and the next try or the dead letter
GET /_eventyard/events       events as they are accepted, oldest first: `bus`, `source`, `detail-type` and `text` choose
                             among them, `after` is the cursor of the page before (from now on without one), `limit`
                             how many, `wait_s` how long to wait for the first

An event that was accepted once more, by another bus or from a replay, tells that under `again`.

What the rules did is recorded; why one did not match is found out now, by the rules as they are now. A signed request
sees its own account; an unsigned one, which only an open server takes, sees all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, unquote

from eventyard.base.errors import AwsError
from eventyard.base.http import Request, Response
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.park import Park
from eventyard.engine.registry import Operation, Page
from eventyard.languages.arns import parse_arn
from eventyard.languages.patterns import compile_pattern
from eventyard.languages.patterns.explain import explain, written_at
from eventyard.services.events.model.events import read_object
from eventyard.services.events.model.names import BusKey
from eventyard.services.events.model.rules import Rule
from eventyard.services.events.queries import buses as queries
from eventyard.store.tx import Tx

LIST_PATH = "/_eventyard/events"
EVENT_PATH = "/_eventyard/events/"
_LIMIT_MAX = 1_000
_WAIT_MAX_S = 60
_SCANNED_MAX = 5_000
"""Events that one look reads in search of those that are asked for."""


def show_event(tx: Tx, call: Call[Any]) -> Response:
    """The page of one event."""
    request: Request = call.params["request"]
    return _json(_known(tx, call, unquote(request.path.removeprefix(EVENT_PATH))))


def view_event(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """What the page of one event tells, for the console; `event_id` says which."""
    return _known(tx, call, call.params["event_id"])


def _known(tx: Tx, call: Call[Any], event_id: str) -> dict[str, Any]:
    entry = ledger.entry(tx, event_id)
    if entry is None or not _may_see(call, entry):
        raise AwsError("NotFound", f"No event {event_id} is known; they are kept for seven days.", status=404)
    again = [_whole(tx, one) for one in ledger.entries_again(tx, event_id) if _may_see(call, one)]
    return {**_whole(tx, entry), **({"again": again} if again else {})}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a follower wants to see; empty texts want everything."""

    bus: str
    source: str
    detail_type: str
    text: str
    limit: int
    until_ms: int


def follow_events(tx: Tx, call: Call[Any]) -> Response | Park:
    """The page of the events that come."""
    given = dict(parse_qsl(call.params["request"].query))
    wait_ms = 1000 * _number(given, "wait_s", default=0, most=_WAIT_MAX_S)
    asked = _Asked(
        bus=given.get("bus", ""),
        source=given.get("source", ""),
        detail_type=given.get("detail-type", ""),
        text=given.get("text", ""),
        limit=_number(given, "limit", default=100, most=_LIMIT_MAX),
        until_ms=call.now_ms + wait_ms,
    )
    after_ms, after_id = _cursor(given["after"]) if "after" in given else (call.now_ms, "")
    return _look(tx, call, asked, (after_ms, after_id))


def _look(tx: Tx, call: Call[Any], asked: _Asked, after: tuple[int, str]) -> Response | Park:
    entries = ledger.entries_after(tx, source_arn=None, after_ms=after[0], after_id=after[1], rows_max=_SCANNED_MAX)
    wanted: list[dict[str, Any]] = []
    seen = after
    for entry in entries:
        seen = (entry.at_ms, entry.event_id)
        told = _wanted(call, asked, entry)
        if told is not None:
            wanted.append(told)
        if len(wanted) == asked.limit:
            break
    if wanted or call.must_answer or call.now_ms >= asked.until_ms or len(entries) == _SCANNED_MAX:
        return _json({"events": wanted, "after": f"{seen[0]}:{seen[1]}"})
    return Park(ledger.ACCEPTED, asked.until_ms, lambda tx, call: _look(tx, call, asked, seen))


def _wanted(call: Call[Any], asked: _Asked, entry: ledger.Entry) -> dict[str, Any] | None:
    """The event as the list shows it, or `None` where it is not asked for."""
    arn = parse_arn(entry.source_arn)
    if arn is None or arn.service != "events" or not _may_see(call, entry):
        return None
    if asked.bus and asked.bus not in (entry.source_arn, arn.resource.removeprefix("event-bus/")):
        return None
    if asked.text and asked.text not in entry.body:
        return None
    event = read_object(entry.body) or {}
    if asked.source and event.get("source") != asked.source:
        return None
    if asked.detail_type and event.get("detail-type") != asked.detail_type:
        return None
    counts: dict[str, int] = {}
    for outcome in entry.outcomes:
        counts[outcome["outcome"]] = counts.get(outcome["outcome"], 0) + 1
    return {**_told(entry), "outcomes": counts}


def _whole(tx: Tx, entry: ledger.Entry) -> dict[str, Any]:
    return {**_told(entry), "targets": list(entry.outcomes), "rules": _rules(tx, entry)}


def _told(entry: ledger.Entry) -> dict[str, Any]:
    at = datetime.fromtimestamp(entry.at_ms / 1000, UTC)
    event = read_object(entry.body)
    return {
        "id": entry.event_id,
        "accepted_by": entry.source_arn,
        "accepted_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "trace": entry.trace,
        "event": entry.body if event is None else event,
    }


def _rules(tx: Tx, entry: ledger.Entry) -> list[dict[str, Any]]:
    """Each rule of the bus with what it made of the event; of what is no event of a bus, none."""
    arn = parse_arn(entry.source_arn)
    event = read_object(entry.body)
    if arn is None or event is None or not arn.resource.startswith("event-bus/"):
        return []
    bus = BusKey(arn.account, arn.region, arn.resource.removeprefix("event-bus/"))
    recorded = {outcome["rule"] for outcome in entry.outcomes}
    known = queries.rules(tx, bus)
    told = [_judged(rule, event, is_recorded=rule.arn in recorded) for rule in known]
    gone = recorded - {rule.arn for rule in known} - {""}
    return [*told, *({"rule": rule_arn, "state": "DELETED", "matched": True} for rule_arn in sorted(gone))]


def _judged(rule: Rule, event: Mapping[str, Any], *, is_recorded: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"rule": rule.arn, "state": rule.state, "matched": is_recorded}
    if is_recorded:
        return told
    mismatch = explain(compile_pattern(rule.pattern), event)
    if mismatch is None:
        reason = {"reason": "It would match now: it was disabled, without targets, changed or made later."}
        return {**told, "why": reason}
    reason = {"reason": "The values are there, in other array elements."} if mismatch.is_inconsistent else {}
    found = list(mismatch.found)
    wanted = written_at(rule.pattern, mismatch.path)
    return {**told, "why": {"field": mismatch.path, "wanted": wanted, "found": found, **reason}}


def _may_see(call: Call[Any], entry: ledger.Entry) -> bool:
    if not call.caller.is_verified:
        return True
    arn = parse_arn(entry.source_arn)
    return arn is not None and arn.account == call.account


def _number(given: Mapping[str, str], name: str, *, default: int, most: int) -> int:
    text = given.get(name, str(default))
    if not text.isdecimal() or len(text) > 9 or int(text) > most:
        raise AwsError("BadRequest", f"{name} is a whole number of at most {most}.", status=400)
    return int(text)


def _cursor(text: str) -> tuple[int, str]:
    at_text, _, event_id = text.partition(":")
    if not at_text.isdecimal() or len(at_text) > 15:
        raise AwsError(
            "BadRequest", "after is the cursor of an earlier answer, or an instant in milliseconds.", status=400
        )
    return int(at_text), event_id


def _json(body: Mapping[str, Any]) -> Response:
    return Response(200, (("content-type", "application/json"),), json.dumps(body).encode())


PAGES: Mapping[str, Page] = MappingProxyType({LIST_PATH: Page(follow_events), EVENT_PATH: Page(show_event)})

VIEWS: Mapping[str, Operation] = MappingProxyType({"event": view_event})
