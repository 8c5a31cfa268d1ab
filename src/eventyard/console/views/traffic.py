"""What was accepted, newest first or as it comes: events of buses, messages of topics, schedules, pipes.

Whoever looks may ask for a kind (`events` unless told otherwise, `sns`, `scheduler`, `pipes`, `all`), a source, a
detail type, a text anywhere in what was accepted, an outcome (`trouble` for all that are bad). What is asked for is
searched among the latest; how far back is told as `searched`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.park import Park
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

ROWS_MAX = 100
SEARCHED_MAX = 10_000
"""What one look reads in search of what is asked for."""
BEAT_MS = 15_000
"""How long a follower hears nothing at most."""

TROUBLES = frozenset({"failed", "dead-lettered", "expired"})


def latest(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The latest that were accepted, newest first, and the cursor from which to follow on."""
    asked = _asked(call)
    found: list[dict[str, Any]] = []
    before, searched, newest = (call.now_ms + 1, ""), 0, f"{call.now_ms}:"
    while searched < SEARCHED_MAX and len(found) < ROWS_MAX:
        entries = ledger.entries_before(tx, before_ms=before[0], before_id=before[1], rows_max=1_000)
        if not searched and entries:
            newest = f"{entries[0].at_ms}:{entries[0].event_id}"
        searched += len(entries)
        found += _wanted(call, asked, entries)
        if len(entries) < 1_000:
            break
        before = (entries[-1].at_ms, entries[-1].event_id)
    return {"events": found[:ROWS_MAX], "after": newest, "searched": searched, "asked": asked}


def follow(tx: Tx, call: Call[Any]) -> Mapping[str, Any] | Park:
    """What was accepted after the cursor `after`, newest first; waits for the first of it."""
    at_text, _, after_id = str(call.params.get("after", "")).partition(":")
    after = (int(at_text), after_id) if at_text.isdecimal() and len(at_text) < 16 else (call.now_ms, "")
    return _look(tx, call, after, call.now_ms + BEAT_MS)


def _look(tx: Tx, call: Call[Any], after: tuple[int, str], until_ms: int) -> Mapping[str, Any] | Park:
    entries = ledger.entries_after(tx, source_arn=None, after_ms=after[0], after_id=after[1], rows_max=1_000)
    seen = (entries[-1].at_ms, entries[-1].event_id) if entries else after
    found = _wanted(call, _asked(call), reversed(entries))
    if found or entries or call.must_answer or call.now_ms >= until_ms:
        return {"events": found[:ROWS_MAX], "after": f"{seen[0]}:{seen[1]}"}
    return Park(ledger.ACCEPTED, until_ms, lambda tx, call: _look(tx, call, seen, until_ms))


def asking(call: Call[Any], **asked: str) -> Call[Any]:
    """A call that asks for the latest that fits, for other views; the call's own parameters are left alone."""
    return call.within(service="console", operation="latest", params=asked)


def _asked(call: Call[Any]) -> dict[str, str]:
    names = ("kind", "source", "detail-type", "text", "outcome")
    asked = {name: str(call.params.get(name, "")).strip() for name in names}
    asked["kind"] = asked["kind"] or "events"
    return asked


def _wanted(call: Call[Any], asked: Mapping[str, str], entries: Iterable[ledger.Entry]) -> list[dict[str, Any]]:
    here = f":{call.region}:{call.account}:"
    near = (entry for entry in entries if here in entry.source_arn and asked["text"] in entry.body)
    rows = (as_row(entry) for entry in near)
    return [row for row in rows if _is_wanted(row, asked)]


def _is_wanted(row: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    if asked["outcome"] == "trouble":
        if not TROUBLES & row["outcomes"].keys():
            return False
    elif asked["outcome"] and asked["outcome"] not in row["outcomes"]:
        return False
    return asked["kind"] in ("all", row["kind"]) and all(
        asked[name] in ("", row[column]) for name, column in (("source", "source"), ("detail-type", "detail_type"))
    )


def as_row(entry: ledger.Entry) -> dict[str, Any]:
    """What a list shows of something that was accepted; `outcomes` counts its targets by outcome."""
    arn = parse_arn(entry.source_arn)
    kind = arn.service if arn else ""
    event = _event(entry.body) if kind == "events" else {}
    counts: dict[str, int] = {}
    for outcome in entry.outcomes:
        counts[outcome["outcome"]] = counts.get(outcome["outcome"], 0) + 1
    return {
        "id": entry.event_id,
        "at_ms": entry.at_ms,
        "kind": kind,
        "accepted_by": entry.source_arn,
        "source": str(event.get("source", "")),
        "detail_type": str(event.get("detail-type", "")),
        "trace": entry.trace,
        "outcomes": counts,
        "state": _state(counts),
        "preview": orjson.dumps(event["detail"]).decode()[:240] if "detail" in event else entry.body[:240],
    }


def _event(body: str) -> Mapping[str, Any]:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}


def _state(counts: Mapping[str, int]) -> str:
    """The worst of what became of it."""
    worst_first = ("failed", "dead-lettered", "expired", "retrying", "sending", "delivered", "filtered")
    return next((name for name in worst_first if name in counts), "unmatched")
