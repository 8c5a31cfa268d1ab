"""What a request acts on, as an ARN: the table, queue, topic, bus, function, machine or log group that it names.

By a table from a member of the request to the form of its ARN; the first member that is there counts, of a batch its
first entry. What names nothing acts on the service: `arn:aws:SERVICE:REGION:ACCOUNT:`.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

_NAMED: Final[Mapping[str, Sequence[tuple[str, str]]]] = MappingProxyType(
    {
        "dynamodb": (
            ("TableName", "table/"),
            ("ResourceArn", ""),
            ("RequestItems", "table/"),
            ("TransactItems", "table/"),
        ),
        "events": (
            ("Entries", "event-bus/"),
            ("EventBusName", "event-bus/"),
            ("ArchiveName", "archive/"),
            ("ReplayName", "replay/"),
        ),
        "lambda": (("FunctionName", "function:"), ("EventSourceArn", ""), ("Resource", "")),
        "logs": (
            ("logGroupName", "log-group:"),
            ("logGroupIdentifier", "log-group:"),
            ("resourceArn", ""),
        ),
        "pipes": (("Name", "pipe/"), ("resourceArn", "")),
        "scheduler": (("Name", "schedule/default/"), ("ResourceArn", "")),
        "schemas": (("SchemaName", "schema/"), ("RegistryName", "registry/")),
        "ses": (("Source", "identity/"), ("FromEmailAddress", "identity/"), ("EmailIdentity", "identity/")),
        "sns": (("TopicArn", ""), ("TargetArn", ""), ("SubscriptionArn", ""), ("ResourceArn", "")),
        "sqs": (("QueueUrl", ""), ("QueueName", "")),
        "states": (("stateMachineArn", ""), ("executionArn", ""), ("activityArn", "")),
    }
)
"""By the service in ARNs: the member that names it, and what is before the name in the ARN."""

_ARN_SERVICES: Final[Mapping[str, str]] = MappingProxyType({"stepfunctions": "states", "sesv2": "ses"})
_DEFAULT_BUS: Final = "default"


def node_of(service: str, params: Mapping[str, Any], *, account: str, region: str) -> str:
    """The ARN of what a request of that service acts on."""
    own = _ARN_SERVICES.get(service, service)
    prefix = f"arn:aws:{own}:{region}:{account}:"
    for member, kind in _NAMED.get(own, ()):
        if member in params:
            named = _name(member, params[member])
            if named.startswith("arn:"):
                return _without_execution(named)
            if named.startswith("http"):
                return _queue_arn(named, prefix)
            if kind == "function:":
                named = named.rpartition(kind)[2].partition(":")[0]
            return f"{prefix}{kind}{named}" if named else prefix
    return prefix


def _name(member: str, given: Any) -> str:
    """The name in a member: text, the tables of a batch, the actions of a transaction, the entries of PutEvents."""
    if isinstance(given, str):
        return given
    if member == "Entries":
        return str(given[0].get("EventBusName", _DEFAULT_BUS)) if given else ""
    if member == "TransactItems":
        actions = [action for entry in given for action in entry.values()]
        return str(actions[0].get("TableName", "")) if actions else ""
    return str(next(iter(given), ""))


def _without_execution(arn: str) -> str:
    """The machine of an execution, the ARN itself of anything else; functions go without version and alias."""
    parts = arn.split(":")
    if len(parts) > 7 and parts[2] == "states" and parts[5] in ("execution", "express"):
        return ":".join((*parts[:5], "stateMachine", parts[6].partition("/")[0]))
    return ":".join(parts[:7]) if parts[2] == "lambda" else arn


def _queue_arn(url: str, prefix: str) -> str:
    """The queue at the address, whose path is the account and the name."""
    account, _, name = urlsplit(url).path.strip("/").rpartition("/")
    arn = prefix.split(":")
    return ":".join((*arn[:4], account.rpartition("/")[2] or arn[4], name))
