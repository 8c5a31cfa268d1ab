"""The one recorded outcome of each accepted event, per matched target.

One row for each thing that was accepted (an event of a bus, a message of a topic, a firing of a schedule, a batch of a
pipe), written in the transaction that accepts it, with the text that was accepted and its trace; its `outcomes` are a
JSON list, a target each:

    {"rule": ARN, "target": ARN, "id": the target's id, "outcome": ..., "attempts": n, "at_ms": ..., "reason": ...,
     "next_at_ms": when it is tried again, "dead_letter": ARN, "tries": [{"at_ms": ..., "reason": ...}, ...]}

The last three are there only where they say something. An outcome is `delivered`, `filtered` (a subscription or a pipe
did not want it), `dead-lettered`, `expired` (nobody wanted it any more), `failed` (no attempt left and no dead-letter
queue took it), or not final yet: `sending` (about to leave the store) and `retrying`. An event that matched nothing has
an empty list. A try that was cut off, by a crash most often, is among the `tries` of whatever came of it at last: what
was tried may have arrived then, and have arrived again.

In the table, neighbours of whom the same is to be told are one object: a topic may have very many targets. Its `of`
lists [rule, target, id] of each, or its `to` lists [end of the target, id], where the rule is `rule` and the id, and
the target `target` and its end.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import orjson

from eventyard.engine.observing.edges import Edge, Passed, Status, Touched
from eventyard.engine.trace import record
from eventyard.engine.trace.context import read_header
from eventyard.languages.arns import parse_arn
from eventyard.store.inserts import Insert
from eventyard.store.tx import Row, Tx

if TYPE_CHECKING:
    from eventyard.engine.call import Call

OutcomeName = Literal["delivered", "filtered", "sending", "retrying", "dead-lettered", "expired", "failed"]

TAKERS: Mapping[str, tuple[str, str]] = {
    "events": ("bus", "rule"),
    "sns": ("topic", "subscription"),
    "scheduler": ("schedule", "schedule"),
    "pipes": ("pipe", "pipe"),
}
"""By the service of what accepted an event: the kind of its hop, and that of the hops to its targets."""
_ANY_TAKER = ("bus", "rule")

STATUS_OF: Mapping[str, Status] = {"dead-lettered": "fault", "failed": "fault", "expired": "error", "retrying": "error"}
"""How an outcome that is not well counts."""

RETENTION_MS = 7 * 24 * 3_600_000
"""How long outcomes are kept; the engine's timer `ledger.retention` deletes older ones."""

ACCEPTED = "ledger.accepted"
"""The channel that whoever follows events live is parked on; whoever accepts events of a bus wakes it."""

FOLLOWERS_MAX = 1_000
"""How many followers one wake-up reaches."""

AGAIN_MAX = 100
"""Further acceptances of one event that are told."""

TRIES_MAX = 200
"""Failed tries of a target that are told one by one, the latest; EventBridge makes at most 186."""


class Outcome(NamedTuple):
    """What became of one event at one target; `reason` is `CODE: message`, empty when it was delivered."""

    rule_arn: str
    target_arn: str
    target_id: str
    outcome: OutcomeName
    attempts: int
    at_ms: int
    reason: str = ""
    next_at_ms: int | None = None
    dead_letter_arn: str | None = None

    def as_json(self) -> dict[str, Any]:
        as_json: dict[str, Any] = {
            "rule": self.rule_arn,
            "target": self.target_arn,
            "id": self.target_id,
            "outcome": self.outcome,
            "attempts": self.attempts,
            "at_ms": self.at_ms,
            "reason": self.reason,
        }
        if self.next_at_ms is not None:
            as_json["next_at_ms"] = self.next_at_ms
        if self.dead_letter_arn is not None:
            as_json["dead_letter"] = self.dead_letter_arn
        if self.reason and self.attempts:
            as_json["tries"] = [{"at_ms": self.at_ms, "reason": self.reason}]
        return as_json


class Recipients(NamedTuple):
    """Targets that take the same again and again, as they are kept (`recipients`)."""

    text: str


def recipients(rule_prefix: str, targets: Sequence[tuple[str, str]]) -> Recipients:
    """Of (target ARN, target id), for whoever broadcasts.

    The ARN of each one's rule is the prefix and the id; those of the targets differ only after the last colon.
    """
    target_prefix = targets[0][0].rpartition(":")[0] + ":"
    to = [(arn.removeprefix(target_prefix), target_id) for arn, target_id in targets]
    return Recipients(orjson.dumps({"rule": rule_prefix, "target": target_prefix, "to": to})[1:-1].decode())


@dataclass(frozen=True, slots=True)
class Accepted:
    """Something that was accepted: `source_arn` is the bus, topic, schedule or pipe that took it, `body` its text.

    Besides the `outcomes` each of the `reached` took it at once.
    """

    event_id: str
    at_ms: int
    source_arn: str
    body: str
    outcomes: Sequence[Outcome]
    trace: str = ""
    reached: Sequence[Recipients] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger; `outcomes` are JSON objects as the module's docstring tells them."""

    event_id: str
    at_ms: int
    source_arn: str
    body: str
    trace: str
    outcomes: Sequence[Mapping[str, Any]]


CUT_OFF = "CUT_OFF: The try was cut off before its outcome was known, and is made once more. It may have arrived."
"""Why something may arrive twice."""

_ENTRY = "event_id, at_ms, source_arn, body, trace, outcomes"
_OWN_FIELDS = 3
"""Rule, target and id: what is each target's own of an `Outcome`. What follows may be the same for many."""
_PLAIN_FIELDS = 3
"""Outcome, attempts and instant: what follows them is empty where all went well."""
_INSERT = Insert(f"insert into ledger ({_ENTRY}) values", "(?, ?, ?, ?, ?, ?)", "on conflict do nothing")


def accept(tx: Tx, call: "Call[Any]", accepted: Iterable[Accepted]) -> None:
    """Record what was accepted, with the outcomes so far. Where the ledger is switched off, nothing is written."""
    if not call.doors.is_recording:
        return
    hops: Counter[tuple[str, str, str]] = Counter()
    is_watched = call.doors.is_watched
    for one in accepted:
        hops[one.source_arn, one.source_arn, "delivered"] += 1
        for outcome in one.outcomes:
            hops[one.source_arn, outcome.target_arn, outcome.outcome] += 1
            if outcome.outcome in STATUS_OF:
                _note_failed(tx, one.source_arn, one.trace)
        if is_watched:
            tx.note(Touched(one.trace))
        tx.insert(_INSERT, (one.event_id, one.at_ms, one.source_arn, one.body, one.trace, _text(one)))
    for (source_arn, target_arn, name), times in hops.items():
        _note_hops(tx, source_arn, target_arn, name, times=times)


def _note_failed(tx: Tx, source_arn: str, trace: str) -> None:
    """Have the trace found among those that failed."""
    arn, context = parse_arn(source_arn), read_header(trace)
    if arn is not None and context is not None:
        record.failed(tx, account=arn.account, region=arn.region, trace=context.root)


def _note_hops(tx: Tx, source_arn: str, target_arn: str, outcome: str, *, took_ms: int = 0, times: int = 1) -> None:
    """Have events on their way from what accepted them to a target counted as hops of the service graph.

    What accepted them, as its own target, is their way in.
    """
    arn = parse_arn(source_arn)
    if arn is None:
        return
    is_way_in = source_arn == target_arn
    kind = TAKERS.get(arn.service, _ANY_TAKER)[0 if is_way_in else 1]
    edge = Edge(arn.account, arn.region, "" if is_way_in else source_arn, target_arn, kind)
    tx.note(Passed(edge, STATUS_OF.get(outcome, "ok"), took_ms, times))


def amend(tx: Tx, event_id: str, outcome: Outcome) -> None:
    """Replace the outcome of the same rule and target id; an event that is no longer kept is left alone."""
    row = tx.one("select outcomes, source_arn, at_ms, trace from ledger where event_id = ?", event_id)
    if row is None:
        return
    _note_hops(tx, row[1], outcome.target_arn, outcome.outcome, took_ms=outcome.at_ms - row[2])
    if outcome.outcome in STATUS_OF:
        _note_failed(tx, row[1], row[3])
    others, own = _apart(orjson.loads(row[0]), (outcome.rule_arn, outcome.target_id))
    amended = outcome.as_json()
    tries = [one for told in (*own, amended) for one in told.get("tries", ())]
    _put(tx, event_id, [*others, _with_tries(amended, tries)])


def note_cut_off(tx: Tx, event_id: str, *, rule_arn: str, target_id: str, at_ms: int, times: int) -> None:
    """Add to the outcome of that rule and target id that so many tries of it, from `at_ms` on, were cut off."""
    row = tx.one("select outcomes from ledger where event_id = ?", event_id)
    if row is None:
        return
    others, own = _apart(orjson.loads(row[0]), (rule_arn, target_id))
    cut_off = [{"at_ms": at_ms, "reason": CUT_OFF}] * times
    _put(tx, event_id, [*others, *(_with_tries(told, [*told.get("tries", ()), *cut_off]) for told in own)])


def _apart(
    kept: Sequence[Mapping[str, Any]], wanted: tuple[str, str]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """What is kept of other targets than that of this rule and id, and what is kept of it."""
    others: list[Mapping[str, Any]] = []
    own: list[Mapping[str, Any]] = []
    for told in map(_of_all, kept):
        of = told.get("of", ())
        if "of" not in told:
            (own if (told["rule"], told["id"]) == wanted else others).append(told)
        elif rest := [one for one in of if (one[0], one[2]) != wanted]:
            others.append({**told, "of": rest})
        own += [_of_one(told, one) for one in of if (one[0], one[2]) == wanted]
    return others, own


def _with_tries(told: Mapping[str, Any], tries: Sequence[Any]) -> Mapping[str, Any]:
    return {**told, "tries": tries[-TRIES_MAX:]} if tries else told


def _put(tx: Tx, event_id: str, outcomes: Sequence[Mapping[str, Any]]) -> None:
    tx.run("update ledger set outcomes = ? where event_id = ?", orjson.dumps(outcomes).decode(), event_id)


def read(tx: Tx, event_id: str) -> list[Mapping[str, Any]] | None:
    """The outcomes of an event as JSON objects, or `None` when it is not known."""
    row = tx.one("select outcomes from ledger where event_id = ?", event_id)
    return None if row is None else _outcomes(row[0])


def entry(tx: Tx, event_id: str) -> Entry | None:
    """All that is known of an event, or `None`."""
    row = tx.one(f"select {_ENTRY} from ledger where event_id = ?", event_id)
    return None if row is None else _entry(row)


def entries_again(tx: Tx, event_id: str) -> list[Entry]:
    """Where the same event was accepted once more, on another bus or by a replay: under `ID@` and something."""
    rows = tx.all(
        f"select {_ENTRY} from ledger where event_id > ? and event_id < ? order by at_ms, event_id limit ?",
        f"{event_id}@",
        f"{event_id}A",
        AGAIN_MAX,
    )
    return [_entry(row) for row in rows]


def entries_after(tx: Tx, *, source_arn: str | None, after_ms: int, after_id: str, rows_max: int) -> list[Entry]:
    """What was accepted after that instant and id, in the order of both; by one source, or by any (`None`)."""
    source, of_source = ("and source_arn = ?", (source_arn,)) if source_arn is not None else ("", ())
    rows = tx.all(
        f"""select {_ENTRY} from ledger
            where (at_ms, event_id) > (?, ?) {source}
            order by at_ms, event_id limit ?""",
        after_ms,
        after_id,
        *of_source,
        rows_max,
    )
    return [_entry(row) for row in rows]


def entries_before(tx: Tx, *, before_ms: int, before_id: str, rows_max: int) -> list[Entry]:
    """What was accepted before that instant and id, newest first; by any source."""
    rows = tx.all(
        f"""select {_ENTRY} from ledger
            where (at_ms, event_id) < (?, ?)
            order by at_ms desc, event_id desc limit ?""",
        before_ms,
        before_id,
        rows_max,
    )
    return [_entry(row) for row in rows]


def entries_of_trace(tx: Tx, root: str, *, rows_max: int) -> list[Entry]:
    """What was accepted in the course of that trace, in the order of its acceptance."""
    rows = tx.all(
        f"select {_ENTRY} from ledger where trace >= ? and trace < ? order by at_ms, event_id limit ?",
        *(f"Root={root}", f"Root={root}~", rows_max),
    )
    return [_entry(row) for row in rows]


def traces_between(tx: Tx, *, account: str, region: str, first: str, end: str, rows_max: int) -> list[str]:
    """The roots of the traces of what sources of that account and region accepted, in the order of their headers.

    Headers are from `first` on and before `end`.
    """
    rows = tx.all(
        """select distinct substr(trace, 6, 35) from ledger
           where trace >= ? and trace < ? and source_arn like ?
           order by 1 limit ?""",
        *(first, end, f"arn:%:{region}:{account}:%", rows_max),
    )
    return [root for (root,) in rows]


def oldest_at_ms(tx: Tx) -> int | None:
    """When the oldest event that is kept was accepted; `None` when there is none."""
    row = tx.one("select min(at_ms) from ledger")
    return None if row is None else row[0]


def forget(tx: Tx, *, before_ms: int, rows_max: int) -> int:
    """Delete the oldest outcomes from before that instant; gives back how many."""
    return tx.run(
        "delete from ledger where event_id in (select event_id from ledger where at_ms < ? order by at_ms limit ?)",
        before_ms,
        rows_max,
    )


def _text(accepted: Accepted) -> str:
    """The outcomes as they are kept."""
    reached = [
        f'{{"outcome":"delivered","attempts":1,"at_ms":{accepted.at_ms},"reason":"",{each.text}}}'
        for each in accepted.reached
    ]
    if reached and not accepted.outcomes:
        return f"[{','.join(reached)}]"
    each_told = _told(accepted.outcomes)
    return f"[{','.join(reached)},{each_told[1:]}" if reached else each_told


def _told(outcomes: Sequence[Outcome]) -> str:
    kept: list[dict[str, Any]] = []
    for told, neighbours in groupby(outcomes, key=itemgetter(slice(_OWN_FIELDS, None))):
        own = list(neighbours)
        if len(own) == 1 or any(told[_PLAIN_FIELDS:]):
            kept.extend(outcome.as_json() for outcome in own)
        else:
            outcome, attempts, at_ms = told[:_PLAIN_FIELDS]
            of = [one[:_OWN_FIELDS] for one in own]
            kept.append({"outcome": outcome, "attempts": attempts, "at_ms": at_ms, "reason": "", "of": of})
    return orjson.dumps(kept).decode()


def _outcomes(text: str) -> list[Mapping[str, Any]]:
    """What is kept, an object for each target."""
    outcomes: list[Mapping[str, Any]] = []
    for told in map(_of_all, orjson.loads(text)):
        outcomes.extend([_of_one(told, one) for one in told["of"]] if "of" in told else [told])
    return outcomes


def _of_one(told: Mapping[str, Any], one: Sequence[str]) -> Mapping[str, Any]:
    """What is told of several, as told of one of them."""
    rule, target, id_ = one
    return {"rule": rule, "target": target, "id": id_, **{name: told[name] for name in told if name != "of"}}


def _of_all(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept with its `to` written out as `of`."""
    if "to" not in told:
        return dict(told)
    of = [[told["rule"] + target_id, told["target"] + end, target_id] for end, target_id in told["to"]]
    return {**{name: value for name, value in told.items() if name not in ("rule", "target", "to")}, "of": of}


def _entry(row: Row) -> Entry:
    return Entry(row[0], row[1], row[2], row[3], row[4], _outcomes(row[5]))
