"""One event: its text, what each rule made of it, and everything it led to."""

from collections.abc import Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.console.views import spans, traffic
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.trace.span import span_id
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx


def event(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The event with that `event_id`: what was accepted, its `tree`, its `rules`, and how it can be repaired."""
    event_id = call.params["event_id"]
    entry = ledger.entry(tx, event_id)
    arn = None if entry is None else parse_arn(entry.source_arn)
    if entry is None or arn is None or not spans.may_see(call, arn.account):
        raise AwsError("NotFound", f"No event {event_id} is known; they are kept for seven days.", status=404)
    call = call.within(
        service="console", operation="event", params=call.params, account=arn.account, region=arn.region
    )  # an open server shows the events of all its accounts: the link may come from anywhere in a trace
    why = call.view(tx, "events", "event", {"event_id": event_id})
    trace = spans.root_of(entry.trace)
    return {
        "row": traffic.as_row(entry),
        "accepted": why["event"],
        "trace": trace,
        "targets": why["targets"],
        "rules": sorted(why["rules"], key=lambda rule: not rule["matched"]),
        "tree": _own_tree(tx, call, trace, event_id),
        "again": [one["id"] for one in why.get("again", ())],
        "archives": _archives(tx, call, entry),
        "is_event": _is_event(entry),
    }


def _own_tree(tx: Tx, call: Call[Any], trace: str, event_id: str) -> list[dict[str, Any]]:
    """What the event led to: of its trace, what is below its own span; an event taken again has a span of its own."""
    trees = spans.forest(spans.seen_spans(tx, call, trace), spans.payloads_of(tx, trace))
    own = span_id(event_id)
    return [node for node in spans.flat(trees) if node["id"] == own][:1]


def _is_event(entry: ledger.Entry) -> bool:
    return ":event-bus/" in entry.source_arn


def _archives(tx: Tx, call: Call[Any], entry: ledger.Entry) -> list[str]:
    """The archives of its bus, from which it can be replayed."""
    if not _is_event(entry):
        return []
    told = call.dispatch(tx, "events", "ListArchives", {"EventSourceArn": entry.source_arn})
    return [archive["ArchiveName"] for archive in told["Archives"]]
