"""What is connected with what, as it is configured: the things of one account and region, and the ways between them.

Read by public operations alone, so it shows what a client would see. Each source of edges is one function that gives
its nodes and edges; an ARN that nobody describes (a target in another account, an endpoint) becomes a node of its own.
A kind with more than `EACH_MAX` things is cut there, and the mapping says which.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from eventyard.base.errors import AwsError
from eventyard.console.views.machine_tasks import tasks_of
from eventyard.engine.call import Call
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

EACH_MAX = 300
_PAGE_MAX = 100


class Node(NamedTuple):
    """A thing: `kind` is bus, rule, queue, topic, function, machine, schedule, pipe, table, log or endpoint."""

    id: str
    kind: str
    label: str


class Edge(NamedTuple):
    """A way from one thing to another; `kind` says by what: target, subscription, mapping, redrive, dead letter, …"""

    source: str
    target: str
    kind: str


@dataclass(slots=True)
class Topology:
    """Nodes by id, edges, the ARNs that are somebody's dead-letter queue, and which kinds were cut."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str], Edge] = field(default_factory=dict)
    dead_letters: set[str] = field(default_factory=set)
    cut: list[str] = field(default_factory=list)

    def node(self, id: str, kind: str, label: str) -> None:
        """Add a thing."""
        self.nodes[id] = Node(id, kind, label)

    def edge(self, source: str, target: str | None, kind: str) -> None:
        """Add a way; nothing where it leads nowhere."""
        if target:
            self.edges.setdefault((source, target), Edge(source, target, kind))

    def dead_letter(self, source: str, target: str | None) -> None:
        """Add the way of what could not be delivered."""
        if target:
            self.edge(source, target, "dead letter")
            self.dead_letters.add(target)


def topology(tx: Tx, call: Call[Any]) -> Topology:
    """All that there is in the call's account and region."""
    found = Topology()
    for gather in GATHERERS:
        gather(tx, call, found)
    describe_rest(found)
    return found


def describe_rest(found: Topology) -> None:
    """Add the things that ways lead to and nobody has described."""
    for edge in tuple(found.edges.values()):
        for end in (edge.source, edge.target):
            if end not in found.nodes:
                found.nodes[end] = described(end)


def described(arn: str) -> Node:
    """A node for an ARN, or the address of an endpoint, that nobody else describes."""
    parsed = parse_arn(arn)
    if parsed is None:
        return Node(arn, "endpoint", arn.partition("?")[0].removeprefix("https://").removeprefix("http://"))
    kinds = {
        "events": "rule" if parsed.resource.startswith("rule/") else "bus",
        "sqs": "queue",
        "sns": "topic",
        "lambda": "function",
        "states": "machine",
        "dynamodb": "table",
        "logs": "log",
        "scheduler": "schedule",
        "pipes": "pipe",
    }
    if parsed.service == "events" and not parsed.account:
        return Node(arn, "archive", "archive")  # what the platform's own rules of archives and discoverers feed
    if parsed.service == "events" and parsed.resource.startswith("api-destination/"):
        return Node(arn, "endpoint", parsed.resource.split("/")[1])
    last = parsed.resource.split("/stream/")[0].rpartition("/")[2].removesuffix(":*")
    return Node(arn, kinds.get(parsed.service, "endpoint"), last.rpartition(":")[2] or last)


def listed(
    tx: Tx, call: Call[Any], found: Topology, ask: tuple[str, str, str], params: Mapping[str, Any] | None = None
) -> Iterator[Any]:
    """Each thing that a list operation gives, page by page; `ask` is service, operation, and the list's name."""
    service, operation, name = ask
    given: dict[str, Any] = dict(params or {})
    count = 0
    for _ in range(_PAGE_MAX):
        try:
            told: Mapping[str, Any] = call.dispatch(tx, service, operation, given) or {}
        except AwsError:
            return  # a service that cannot list has nothing to show
        for one in told.get(name, ()):
            count += 1
            if count > EACH_MAX:
                found.cut.append(operation)
                return
            yield one
        token_name = next((key for key in ("NextToken", "nextToken", "NextMarker") if told.get(key)), None)
        if token_name is None:
            return
        given["Marker" if token_name == "NextMarker" else token_name] = told[token_name]


def _buses(tx: Tx, call: Call[Any], found: Topology) -> None:
    for bus in listed(tx, call, found, ("events", "ListEventBuses", "EventBuses")):
        found.node(bus["Arn"], "bus", bus["Name"])
        for rule in listed(tx, call, found, ("events", "ListRules", "Rules"), {"EventBusName": bus["Name"]}):
            found.node(rule["Arn"], "rule", rule["Name"])
            if "EventPattern" in rule:
                found.edge(bus["Arn"], rule["Arn"], "rule")
            named = {"Rule": rule["Name"], "EventBusName": bus["Name"]}
            for target in listed(tx, call, found, ("events", "ListTargetsByRule", "Targets"), named):
                found.edge(rule["Arn"], target["Arn"], "target")
                found.dead_letter(rule["Arn"], target.get("DeadLetterConfig", {}).get("Arn"))


def _queues(tx: Tx, call: Call[Any], found: Topology) -> None:
    for url in listed(tx, call, found, ("sqs", "ListQueues", "QueueUrls"), {"MaxResults": 1000}):
        asked = {"QueueUrl": url, "AttributeNames": ["QueueArn", "RedrivePolicy"]}
        attributes = call.dispatch(tx, "sqs", "GetQueueAttributes", asked)["Attributes"]
        arn = attributes["QueueArn"]
        found.node(arn, "queue", arn.rpartition(":")[2])
        if "RedrivePolicy" in attributes:
            target = orjson.loads(attributes["RedrivePolicy"]).get("deadLetterTargetArn")
            found.edge(arn, target, "redrive")
            found.dead_letters.add(target)


def _topics(tx: Tx, call: Call[Any], found: Topology) -> None:
    for topic in listed(tx, call, found, ("sns", "ListTopics", "Topics")):
        found.node(topic["TopicArn"], "topic", topic["TopicArn"].rpartition(":")[2])
    for subscription in listed(tx, call, found, ("sns", "ListSubscriptions", "Subscriptions")):
        endpoint = subscription["Endpoint"]
        is_address = subscription["Protocol"] in ("http", "https")
        found.edge(subscription["TopicArn"], endpoint.partition("?")[0] if is_address else endpoint, "subscription")
        found.dead_letter(subscription["TopicArn"], _redriven_to(tx, call, subscription["SubscriptionArn"]))


def _redriven_to(tx: Tx, call: Call[Any], subscription_arn: str) -> str | None:
    """Where what cannot be delivered to a subscription goes."""
    if parse_arn(subscription_arn) is None:
        return None  # it waits to be confirmed
    asked = {"SubscriptionArn": subscription_arn}
    policy = call.dispatch(tx, "sns", "GetSubscriptionAttributes", asked)["Attributes"].get("RedrivePolicy")
    return orjson.loads(policy).get("deadLetterTargetArn") if policy else None


def _functions(tx: Tx, call: Call[Any], found: Topology) -> None:
    for function in listed(tx, call, found, ("lambda", "ListFunctions", "Functions")):
        arn = function["FunctionArn"]
        found.node(arn, "function", function["FunctionName"])
        found.dead_letter(arn, function.get("DeadLetterConfig", {}).get("TargetArn"))
        named = {"FunctionName": function["FunctionName"]}
        ask = ("lambda", "ListFunctionEventInvokeConfigs", "FunctionEventInvokeConfigs")
        for config in listed(tx, call, found, ask, named):
            destinations = config.get("DestinationConfig", {})
            found.edge(arn, destinations.get("OnSuccess", {}).get("Destination"), "destination")
            found.dead_letter(arn, destinations.get("OnFailure", {}).get("Destination"))
    for mapping in listed(tx, call, found, ("lambda", "ListEventSourceMappings", "EventSourceMappings")):
        source = mapping["EventSourceArn"].partition("/stream/")[0]
        found.edge(source, mapping["FunctionArn"], "mapping")
        found.dead_letter(
            mapping["FunctionArn"], mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        )


def _machines(tx: Tx, call: Call[Any], found: Topology) -> None:
    for machine in listed(tx, call, found, ("stepfunctions", "ListStateMachines", "stateMachines")):
        arn = machine["stateMachineArn"]
        found.node(arn, "machine", machine["name"])
        described_machine = call.dispatch(tx, "stepfunctions", "DescribeStateMachine", {"stateMachineArn": arn})
        for task in tasks_of(described_machine["definition"], account=call.account, region=call.region):
            found.edge(arn, task, "task")


def _schedules(tx: Tx, call: Call[Any], found: Topology) -> None:
    for schedule in listed(tx, call, found, ("scheduler", "ListSchedules", "Schedules")):
        found.node(schedule["Arn"], "schedule", schedule["Name"])
        found.edge(schedule["Arn"], schedule["Target"]["Arn"], "target")
        asked = {"Name": schedule["Name"], "GroupName": schedule["GroupName"]}
        target = call.dispatch(tx, "scheduler", "GetSchedule", asked)["Target"]
        found.dead_letter(schedule["Arn"], target.get("DeadLetterConfig", {}).get("Arn"))


def _pipes(tx: Tx, call: Call[Any], found: Topology) -> None:
    for pipe in listed(tx, call, found, ("pipes", "ListPipes", "Pipes")):
        found.node(pipe["Arn"], "pipe", pipe["Name"])
        found.edge(pipe["Source"].partition("/stream/")[0], pipe["Arn"], "source")
        found.edge(pipe["Arn"], pipe.get("Enrichment"), "enrichment")
        found.edge(pipe["Arn"], pipe["Target"], "target")


GATHERERS: tuple[Callable[[Tx, Call[Any], Topology], None], ...] = (
    _buses,
    _queues,
    _topics,
    _functions,
    _machines,
    _schedules,
    _pipes,
)
"""What finds everything, one after the other; whoever watches for long asks each in a transaction of its own."""
