"""The first page: what needs somebody, where it can be repaired, and what goes on.

Each matter of `attention` is one thing that is wrong: `{"kind", "title", "why", "count", "href", "at_ms", "places"}`,
where `places` leads to the events that show it. The gravest kinds come first: alarms, executions, dead letters,
deliveries that failed, functions that fail, deliveries that are tried again.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from eventyard.console.views import spans, traffic
from eventyard.console.views.places import address_of
from eventyard.console.views.topology import Topology, described, listed
from eventyard.console.views.traces import latest_traces
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.observing import edges
from eventyard.engine.observing.edges import MINUTE_S, STATUSES
from eventyard.engine.trace import read
from eventyard.store.tx import Tx

HOUR_S = 3_600
DAY_MS = 24 * HOUR_S * 1000
LOOKED_AT_MAX = 3_000
"""Accepted things, the latest, among which failed deliveries are looked for."""
PLACES_MAX = 5
LOOKED_INTO_MAX = 20
"""Failed traces, the latest, that are read for what failed in them."""
_BAD_FIRST = ("failed", "dead-lettered", "expired", "retrying")
_FAILED_EXECUTIONS = ("FAILED", "TIMED_OUT", "ABORTED")


def overview(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """What needs somebody now, the pace of the last hour minute by minute, and the latest events of applications."""
    attention = [
        *_alarms(tx, call),
        *_executions(tx, call),
        *_dead_letters(tx, call),
        *_deliveries(tx, call),
        *_functions(tx, call),
    ]
    events = traffic.latest(tx, traffic.asking(call))["events"]
    latest = [row for row in events if not row["source"].startswith("aws.")]
    return {"attention": attention, "pace": _pace(tx, call), "latest": latest[:12]}


def _matter(kind: str, title: str, why: str, href: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "title": title, "why": why, "href": href, "count": None, "at_ms": None, "places": [], **more}


def _alarms(tx: Tx, call: Call[Any]) -> Iterator[dict[str, Any]]:
    asked = {"StateValue": "ALARM", "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    for name in ("MetricAlarms", "CompositeAlarms"):
        for alarm in listed(tx, call, Topology(), ("cloudwatch", "DescribeAlarms", name), asked):
            at_ms = alarm.get("StateUpdatedTimestamp")
            yield _matter("alarm", alarm["AlarmName"], alarm.get("StateReason", ""), "/_eventyard/alarms", at_ms=at_ms)


def _executions(tx: Tx, call: Call[Any]) -> Iterator[dict[str, Any]]:
    """Of each machine the executions of the last day that have failed."""
    for machine in listed(tx, call, Topology(), ("stepfunctions", "ListStateMachines", "stateMachines")):
        if machine.get("type") == "EXPRESS":
            continue
        arn = machine["stateMachineArn"]
        for status in _FAILED_EXECUTIONS:
            asked = {"stateMachineArn": arn, "statusFilter": status, "maxResults": 100}
            found = call.dispatch(tx, "stepfunctions", "ListExecutions", asked)["executions"]
            recent = [one for one in found if one["stopDate"] > call.now_ms - DAY_MS]
            if recent:
                yield _matter(
                    "execution",
                    f"{machine['name']}: {status.lower().replace('_', ' ')}",
                    _failure(tx, call, recent[0]["executionArn"]),
                    address_of(arn, "machine"),
                    count=len(recent),
                    at_ms=recent[0]["stopDate"],
                    places=[_execution_place(tx, call, one["executionArn"]) for one in recent[:PLACES_MAX]],
                )


def _execution_place(tx: Tx, call: Call[Any], execution_arn: str) -> dict[str, str]:
    told = call.dispatch(tx, "stepfunctions", "DescribeExecution", {"executionArn": execution_arn})
    label = subject(told.get("input", "")) or told["name"]
    return {"label": label, "href": address_of(execution_arn, "execution")}


def _failure(tx: Tx, call: Call[Any], execution_arn: str) -> str:
    told = call.dispatch(tx, "stepfunctions", "DescribeExecution", {"executionArn": execution_arn})
    return ": ".join(filter(None, (told.get("error", ""), told.get("cause", ""))))[:300]


def _dead_letters(tx: Tx, call: Call[Any]) -> Iterator[dict[str, Any]]:
    """Queues that others send their dead letters to, and that hold some."""
    queues: dict[str, tuple[int, str]] = {}
    feeding: dict[str, list[str]] = {}
    for url in listed(tx, call, Topology(), ("sqs", "ListQueues", "QueueUrls"), {"MaxResults": 1000}):
        told = call.dispatch(tx, "sqs", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]})[
            "Attributes"
        ]
        queues[told["QueueArn"]] = (int(told["ApproximateNumberOfMessages"]), url.rpartition("/")[2])
        if "RedrivePolicy" in told:
            target = orjson.loads(told["RedrivePolicy"]).get("deadLetterTargetArn", "")
            feeding.setdefault(target, []).append(told["QueueArn"].rpartition(":")[2])
    for arn, (count, name) in queues.items():
        is_one = arn in feeding or name.endswith(("-dlq", "-dlq.fifo", "-undelivered", "-dead-letters"))
        if count and is_one:
            why = f"from {', '.join(feeding[arn])}" if arn in feeding else "what could not be delivered"
            yield _matter("dead letters", name, why, address_of(arn, "queue"), count=count)


def _deliveries(tx: Tx, call: Call[Any]) -> Iterator[dict[str, Any]]:
    """Deliveries of the last day that went wrong, together where rule, target and reason are the same."""
    here = f":{call.region}:{call.account}:"
    groups: dict[tuple[str, str, str, str], list[ledger.Entry]] = {}
    for entry in ledger.entries_before(tx, before_ms=call.now_ms + 1, before_id="", rows_max=LOOKED_AT_MAX):
        if here not in entry.source_arn or entry.at_ms < call.now_ms - DAY_MS:
            continue
        for told in entry.outcomes:
            if told["outcome"] in _BAD_FIRST:
                key = (told["outcome"], told["rule"], told["target"], told["reason"].partition(":")[0])
                groups.setdefault(key, []).append(entry)
    for key in sorted(groups, key=lambda key: (_BAD_FIRST.index(key[0]), -len(groups[key]))):
        outcome, rule, target, _ = key
        entries = groups[key]
        told = next(told for told in entries[0].outcomes if (told["rule"], told["target"]) == (rule, target))
        by = described(rule).label if rule else described(entries[0].source_arn).label
        yield _matter(
            outcome,
            f"{by} → {described(target).label}",
            told["reason"],
            f"/_eventyard/events/{entries[0].event_id}",
            count=len(entries),
            at_ms=entries[0].at_ms,
            places=[
                {"label": subject(entry.body) or entry.event_id, "href": f"/_eventyard/events/{entry.event_id}"}
                for entry in entries[:PLACES_MAX]
            ],
        )


def _functions(tx: Tx, call: Call[Any]) -> Iterator[dict[str, Any]]:
    """Functions that failed in the last hour, with the latest that failed and why."""
    until_s = call.now_ms // 1000 + MINUTE_S
    kept = edges.between(tx, account=call.account, region=call.region, from_s=until_s - HOUR_S, until_s=until_s)
    counts: dict[str, list[int]] = {}
    for edge, _, flow in kept:
        if edge.kind == "invocation":
            own = counts.setdefault(edge.node, [0, 0])
            own[0] += flow.count
            own[1] += sum(flow.counts[1:])
    failing = {arn: counted for arn, counted in counts.items() if counted[1]}
    latest = _failed_invocations(tx, call, until_s) if failing else {}
    for arn, (count, failed) in failing.items():
        shown = latest.get(arn, [])
        why = f"{failed} of {count} invocations in the last hour"
        yield _matter(
            "function",
            described(arn).label,
            f"{why}, the latest: {shown[0]['reason']}" if shown else why,
            address_of(arn, "function"),
            count=failed,
            places=[{"label": one["label"], "href": one["href"]} for one in shown[:PLACES_MAX]],
        )


def _failed_invocations(tx: Tx, call: Call[Any], until_s: int) -> dict[str, list[dict[str, str]]]:
    """Of each function the latest traces in which it failed, each under what it was about."""
    found: dict[str, list[dict[str, str]]] = {}
    for trace in latest_traces(tx, call, read.failed_between, until_s)[:LOOKED_INTO_MAX]:
        seen = spans.seen_spans(tx, call, trace)
        failed = {span.arn: span for span in seen if span.kind == "invocation" and span.status != "ok"}
        if not failed:
            continue
        bodies = spans.payloads_of(tx, trace)
        label = next(filter(None, map(subject, bodies.values())), trace)
        for arn, span in failed.items():
            reason = spans.reason_of(spans.detail_of(span))
            found.setdefault(arn, []).append({"label": label, "href": f"/_eventyard/traces/{trace}", "reason": reason})
    return found


def _pace(tx: Tx, call: Call[Any]) -> dict[str, list[int]]:
    """Hops in each minute of the last hour: the minutes' first seconds, and counts by status."""
    last = call.now_ms // 1000 // MINUTE_S * MINUTE_S
    first = last - HOUR_S + MINUTE_S
    minutes = list(range(first, last + 1, MINUTE_S))
    totals = {minute: [0] * len(STATUSES) for minute in minutes}
    for _, minute, flow in edges.between(
        tx, account=call.account, region=call.region, from_s=first, until_s=last + MINUTE_S
    ):
        totals[minute] = [own + more for own, more in zip(totals[minute], flow.counts, strict=True)]
    well = [totals[minute][0] for minute in minutes]
    badly = [sum(totals[minute][1:]) for minute in minutes]
    return {"at_s": minutes, "ok": well, "failed": badly}


def subject(body: str) -> str:
    """What an event is about, as people would say: the first value of its detail whose name ends in `id`."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    detail = told.get("detail", told) if isinstance(told, dict) else None
    if not isinstance(detail, dict):
        return ""
    return next((str(value) for name, value in detail.items() if name.lower().endswith("id")), "")
