"""Which traces a key stands for: a trace's id, an event's id, an order's, a correlation id, an annotation's value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eventyard.console.views import spans, traffic
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.trace import read
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

TRACES_MAX = 50
"""Traces that one key stands for, the latest; each may be that of a request with many orders."""

_TRACE = re.compile(r"(?:1-)?([0-9a-f]{8})-?([0-9a-f]{24})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a key stands for: its traces, and where they hold more than it (`keys` tell its events from others') or
    only one event is wanted, that."""

    traces: Sequence[str]
    keys: Sequence[str] = ()
    event_id: str = ""


def asked_for(tx: Tx, call: Call[Any], key: str) -> Asked:
    """What the key stands for. One that no bus was told to keep is looked for in the text of the latest events."""
    written = _TRACE.fullmatch(key.lower())
    if written is not None:
        return Asked([f"1-{written[1]}-{written[2]}"])
    entry = ledger.entry(tx, key)
    if entry is not None and _may_see(call, entry):
        trace = spans.root_of(entry.trace)
        keys = [value for value in read.keys_of_trace(tx, trace, at_ms=entry.at_ms) if value in entry.body]
        return Asked([trace], keys, event_id=key)
    kept = read.traces_of_key(tx, account=call.account, region=call.region, value=key, rows_max=TRACES_MAX)
    annotated = call.view(tx, "xray", "annotated", {"value": key})["traces"]
    found = [*kept, *annotated] or _in_text(tx, call, key)
    return Asked(list(dict.fromkeys(found))[:TRACES_MAX], [key])


def _in_text(tx: Tx, call: Call[Any], key: str) -> list[str]:
    search = call.within(service="console", operation="latest", params={"text": key, "kind": "all"})
    events = traffic.latest(tx, search)["events"]
    return [trace for event in events if (trace := spans.root_of(event["trace"]))]


def _may_see(call: Call[Any], entry: ledger.Entry) -> bool:
    arn = parse_arn(entry.source_arn)
    return arn is not None and spans.may_see(call, arn.account)
