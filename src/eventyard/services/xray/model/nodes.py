"""The nodes of the map: which name and type a segment's service has, and an ARN's.

Types are X-Ray's own names for what it runs on or calls (`origin` of a segment). Those of hops that AWS does not trace
(rules, subscriptions, mappings) are made in the same fashion.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eventyard.languages.arns import parse_arn
from eventyard.languages.trace_filters.trace import Node

CLIENT = "client"
REMOTE = "remote"
FUNCTION = "AWS::Lambda::Function"

ORIGINS: Mapping[str, str] = MappingProxyType(
    {
        "bus": "AWS::Events",
        "rule": "AWS::Events::Rule",
        "topic": "AWS::SNS",
        "subscription": "AWS::SNS::Subscription",
        "queue": "AWS::SQS::Queue",
        "mapping": "AWS::Lambda::EventSourceMapping",
        "function": "AWS::Lambda",
        "invocation": FUNCTION,
        "machine": "AWS::StepFunctions::StateMachine",
        "schedule": "AWS::Scheduler::Schedule",
        "pipe": "AWS::Pipes::Pipe",
        "mail": "AWS::SES",
        "replay": "AWS::Events::Replay",
        "destination": REMOTE,
    }
)
"""The origin of an engine's span by its kind; other kinds take that of their ARN."""

_BY_ARN: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("events", "event-bus"): "AWS::Events",
        ("events", "rule"): "AWS::Events::Rule",
        ("events", "archive"): "AWS::Events::Archive",
        ("events", "replay"): "AWS::Events::Replay",
        ("events", "api-destination"): REMOTE,
        ("lambda", "function"): FUNCTION,
        ("lambda", "event-source-mapping"): "AWS::Lambda::EventSourceMapping",
        ("states", "stateMachine"): "AWS::StepFunctions::StateMachine",
        ("states", "execution"): "AWS::StepFunctions::StateMachine",
        ("states", "express"): "AWS::StepFunctions::StateMachine",
        ("scheduler", "schedule"): "AWS::Scheduler::Schedule",
        ("pipes", "pipe"): "AWS::Pipes::Pipe",
        ("dynamodb", "table"): "AWS::DynamoDB::Table",
    }
)
_BY_SERVICE: Mapping[str, str] = MappingProxyType(
    {"sqs": "AWS::SQS::Queue", "sns": "AWS::SNS", "ses": "AWS::SES", "logs": "AWS::Logs", "s3": "AWS::S3::Bucket"}
)
_CALLED: Mapping[str, str] = MappingProxyType(
    {
        "DynamoDB": "AWS::DynamoDB::Table",
        "SQS": "AWS::SQS::Queue",
        "SNS": "AWS::SNS",
        "Lambda": "AWS::Lambda",
        "S3": "AWS::S3::Bucket",
        "EventBridge": "AWS::Events",
        "Events": "AWS::Events",
        "StepFunctions": "AWS::StepFunctions::StateMachine",
        "SFN": "AWS::StepFunctions::StateMachine",
    }
)
"""By what SDKs call the subsegment of a call to a service: the type of what is called."""

_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "dynamodb": "DynamoDB",
        "events": "EventBridge",
        "lambda": "Lambda",
        "logs": "CloudWatchLogs",
        "scheduler": "Scheduler",
        "schemas": "Schemas",
        "ses": "SES",
        "sesv2": "SES",
        "sns": "SNS",
        "sqs": "SQS",
        "stepfunctions": "StepFunctions",
    }
)
"""What SDKs call a service, by the service of an ARN without a resource."""

COUNTED_BY_ENGINE = frozenset({*ORIGINS.values()} - {REMOTE})
"""Types of nodes whose hops the engine counts by itself: a client that tells of a call there only tells who called."""

_WITH_MACHINE = ("execution", "express", "mapRun")


def arn_node(arn: str, kind: str = "") -> Node:
    """The node of an ARN, at which a hop of that kind happened; the ARN itself where it is none."""
    parsed = parse_arn(arn)
    if parsed is None:
        return Node(arn, ORIGINS.get(kind, REMOTE))
    if not parsed.resource:
        title = _TITLES.get(parsed.service, parsed.service)
        return Node(title, _CALLED.get(title, f"AWS::{title}"))
    family, _, rest = parsed.resource.replace(":", "/").partition("/")
    own = ORIGINS.get(kind) or _BY_ARN.get((parsed.service, family)) or _BY_SERVICE.get(parsed.service, "")
    return Node(_name(parsed.service, family, rest) or parsed.resource or arn, own)


def _name(service: str, family: str, rest: str) -> str:
    """What people call the resource: the last part of its path, but for those whose name is not last."""
    if not rest:
        return family
    parts = rest.split("/")
    if service == "states" and family in _WITH_MACHINE:
        return parts[0]
    if (service, family) in (("lambda", "function"), ("dynamodb", "table"), ("events", "api-destination")):
        return parts[0]
    if service == "sns":
        return family
    return parts[-1]


def called(step: Mapping[str, Any]) -> Node | None:
    """The node that a subsegment calls, when it is a call to something downstream; else `None`."""
    namespace, name = step.get("namespace"), str(step.get("name", ""))
    if namespace == "aws":
        aws = step.get("aws") if isinstance(step.get("aws"), dict) else {}
        return Node(_resource(aws or {}) or name, _CALLED.get(name, f"AWS::{name}"))
    if namespace == "remote":
        return Node(name, "Database::SQL" if "sql" in step else REMOTE)
    return None


def _resource(aws: Mapping[str, Any]) -> str:
    for key in ("table_name", "function_name", "bucket_name"):
        if isinstance(aws.get(key), str):
            return str(aws[key])
    for key in ("queue_url", "topic_arn"):
        if isinstance(aws.get(key), str):
            return str(aws[key]).replace(":", "/").rpartition("/")[2]
    return ""
