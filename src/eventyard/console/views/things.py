"""Any thing by its ARN: how it is configured, what is before and behind it, and what became of what it took.

For everything that has no page of its own: rules, buses, topics, endpoints, tables, machines' tasks.
"""

from collections.abc import Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.console.views import map as maps
from eventyard.console.views import traffic
from eventyard.console.views.spans import may_see
from eventyard.console.views.topology import described
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

LOOKED_AT_MAX = 3_000
ROWS_MAX = 30


def thing(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The thing with that `arn`; an address of an endpoint outside will do."""
    arn = call.params["arn"]
    parsed = parse_arn(arn)
    if parsed is not None and parsed.account and not may_see(call, parsed.account):
        raise AwsError("NotFound", f"There is no {arn} in your account.", status=404)
    node = described(arn)
    drawn = maps.system_map(tx, call)
    near = {edge["source"]: edge for edge in drawn["edges"] if edge["target"] == arn}
    far = {edge["target"]: edge for edge in drawn["edges"] if edge["source"] == arn}
    by_id = {one["id"]: one for one in drawn["nodes"]}
    nodes = [by_id[id] for id in dict.fromkeys((*near, arn, *far)) if id in by_id]
    return {
        "arn": arn,
        "kind": by_id.get(arn, {}).get("kind", node.kind),
        "label": node.label,
        "graph": {"nodes": nodes, "edges": [*near.values(), *far.values()]},
        "configured": _configured(tx, call, arn),
        "recent": _recent(tx, call, arn),
    }


def _recent(tx: Tx, call: Call[Any], arn: str) -> list[dict[str, Any]]:
    """The latest that it took, sent on or was sent, with what became of it there."""
    rows: list[dict[str, Any]] = []
    for entry in ledger.entries_before(tx, before_ms=call.now_ms + 1, before_id="", rows_max=LOOKED_AT_MAX):
        own = [told for told in entry.outcomes if arn in (told["rule"], told["target"])]
        if entry.source_arn == arn or own:
            rows.append({**traffic.as_row(entry), "reason": next((told["reason"] for told in own), "")})
        if len(rows) == ROWS_MAX:
            break
    return rows


def _configured(tx: Tx, call: Call[Any], arn: str) -> Mapping[str, Any]:
    """What its service tells of it; empty where nobody describes such a thing here."""
    parsed = parse_arn(arn)
    if parsed is None or (parsed.account, parsed.region) != (call.account, call.region):
        return {}
    asked = _question(parsed.service, parsed.resource, arn, call)
    if asked is None:
        return {}
    service, operation, params = asked
    try:
        told: Mapping[str, Any] = call.dispatch(tx, service, operation, params) or {}
    except AwsError as refusal:
        return {"message": refusal.message}
    return told


def _question(service: str, resource: str, arn: str, call: Call[Any]) -> tuple[str, str, Mapping[str, Any]] | None:
    """Which operation describes the thing."""
    kind, _, name = resource.partition("/")
    bus, _, rule = name.rpartition("/")
    table: Mapping[tuple[str, str], tuple[str, str, Mapping[str, Any]]] = {
        ("events", "event-bus"): ("events", "DescribeEventBus", {"Name": name}),
        ("events", "rule"): ("events", "DescribeRule", {"Name": rule, "EventBusName": bus or "default"}),
        ("events", "api-destination"): ("events", "DescribeApiDestination", {"Name": name.partition("/")[0]}),
        ("events", "archive"): ("events", "DescribeArchive", {"ArchiveName": name}),
        ("scheduler", "schedule"): ("scheduler", "GetSchedule", {"GroupName": bus or "default", "Name": rule}),
        ("pipes", "pipe"): ("pipes", "DescribePipe", {"Name": name}),
        ("dynamodb", "table"): ("dynamodb", "DescribeTable", {"TableName": name.partition("/")[0]}),
    }
    if (service, kind) in table:
        return table[service, kind]
    whole: Mapping[tuple[str, str], tuple[str, str, Mapping[str, Any]]] = {
        ("lambda", "function"): ("lambda", "GetFunctionConfiguration", {"FunctionName": arn}),
        ("states", "stateMachine"): ("stepfunctions", "DescribeStateMachine", {"stateMachineArn": arn}),
        ("states", "execution"): ("stepfunctions", "DescribeExecution", {"executionArn": arn}),
    }
    kind = resource.partition(":")[0]
    if (service, kind) in whole:
        return whole[service, kind]
    if service == "sns":
        return "sns", "GetTopicAttributes", {"TopicArn": arn}
    if service == "sqs":
        url = f"{call.base_url}/{call.account}/{resource}"
        return "sqs", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]}
    return None
