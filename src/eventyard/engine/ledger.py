"""The one recorded outcome of each accepted event, per matched target.

One row an event, written in the transaction that accepts it; its `outcomes` are a JSON list, a target each:

    {"rule": ARN, "target": ARN, "id": the target's id, "outcome": ..., "attempts": n, "at_ms": ..., "reason": ...}

An outcome is `delivered`, `retrying` (the only one that is not final), `dead-lettered`, or `failed` (no attempt left
and no dead-letter queue took it). An event that matched nothing has an empty list: it was filtered.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from eventyard.store.tx import Tx

OutcomeName = Literal["delivered", "retrying", "dead-lettered", "failed"]

RETENTION_MS = 7 * 24 * 3_600_000
"""How long outcomes are kept; the engine's timer `ledger.retention` deletes older ones."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event at one target; `reason` is `CODE: message`, empty when it was delivered."""

    rule_arn: str
    target_arn: str
    target_id: str
    outcome: OutcomeName
    attempts: int
    at_ms: int
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule_arn,
            "target": self.target_arn,
            "id": self.target_id,
            "outcome": self.outcome,
            "attempts": self.attempts,
            "at_ms": self.at_ms,
            "reason": self.reason,
        }


def accept(tx: Tx, rows: Iterable[tuple[str, int, str, Sequence[Outcome]]]) -> None:
    """Record accepted events: (event id, instant, ARN of the bus that took it, outcomes so far)."""
    tx.many(
        "insert into ledger (event_id, at_ms, source_arn, outcomes) values (?, ?, ?, ?) on conflict do nothing",
        [
            (event_id, at_ms, source, orjson.dumps([o.as_json() for o in outcomes]).decode() if outcomes else "[]")
            for event_id, at_ms, source, outcomes in rows
        ],
    )


def amend(tx: Tx, event_id: str, outcome: Outcome) -> None:
    """Replace the outcome of the same rule and target id; an event that is no longer kept is left alone."""
    outcomes = read(tx, event_id)
    if outcomes is None:
        return
    others = [o for o in outcomes if (o["rule"], o["id"]) != (outcome.rule_arn, outcome.target_id)]
    text = json.dumps([*others, outcome.as_json()])
    tx.run("update ledger set outcomes = ? where event_id = ?", text, event_id)


def read(tx: Tx, event_id: str) -> list[Mapping[str, Any]] | None:
    """The outcomes of an event as JSON objects, or `None` when it is not known."""
    row = tx.one("select outcomes from ledger where event_id = ?", event_id)
    return None if row is None else json.loads(row[0])


def forget(tx: Tx, *, before_ms: int, rows_max: int) -> int:
    """Delete the oldest outcomes from before that instant; gives back how many."""
    return tx.run(
        "delete from ledger where event_id in (select event_id from ledger where at_ms < ? order by at_ms limit ?)",
        before_ms,
        rows_max,
    )
