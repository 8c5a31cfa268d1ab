"""The three attributes of a queue that are JSON: who may use it, where its failures go, and whose failures it takes.

Source: the words are AWS's, as recorded in LocalStack's tests and as quoted by other emulators' recorded tests, 2024.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.services.sqs import errors
from eventyard.services.sqs.model.queue import Queue, place_of_arn

RECEIVES_MAX = 1_000
SOURCES_MAX = 10
STATEMENTS_MAX = 20
ACTIONS_MAX = 7
POLICY_VERSIONS = ("2008-10-17", "2012-10-17")
_POLICY_KEYS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_KEYS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_OWNERS_ACTIONS = frozenset(
    {
        "AddPermission",
        "CancelMessageMoveTask",
        "CreateQueue",
        "DeleteQueue",
        "ListMessageMoveTasks",
        "ListQueues",
        "ListQueueTags",
        "RemovePermission",
        "SetQueueAttributes",
        "StartMessageMoveTask",
        "TagQueue",
        "UntagQueue",
    }
)
_SHARED_ACTIONS = frozenset(
    {
        "*",
        "ChangeMessageVisibility",
        "DeleteMessage",
        "GetQueueAttributes",
        "GetQueueUrl",
        "ListDeadLetterSourceQueues",
        "PurgeQueue",
        "ReceiveMessage",
        "SendMessage",
    }
)


def judged_policy(name: str, text: str) -> str:
    """The access policy, kept as it was given. Raises InvalidAttributeValue."""
    if text == "":
        return text
    policy = _read_json(text)
    if not isinstance(policy, dict) or policy.keys() - _POLICY_KEYS:
        raise errors.invalid_attribute(name)
    if policy.get("Version", POLICY_VERSIONS[0]) not in POLICY_VERSIONS:
        raise errors.invalid_attribute(name)
    statements = policy.get("Statement")
    statements = statements if isinstance(statements, list) else [statements]
    if not statements or not all(_is_statement(statement) for statement in statements):
        raise errors.invalid_attribute(name)
    if len(statements) > STATEMENTS_MAX:
        raise errors.too_many_statements(len(statements))
    return text


def judged_redrive(name: str, text: str) -> str:
    """The redrive policy, written AWS's way. Raises InvalidParameterValue or InvalidAttributeValue."""
    if text == "":
        return text
    policy = _read_json(text)
    if not isinstance(policy, dict):
        raise errors.invalid_attribute_because(name, "Redrive policy is not a valid JSON map.")
    for key in ("maxReceiveCount", "deadLetterTargetArn"):
        if key not in policy:
            reason = f"Redrive policy does not contain mandatory attribute: {key}."
            raise errors.invalid_parameter(text, name, reason)
    if len(policy) > 2:
        reason = "Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount]."
        raise errors.invalid_parameter(text, name, reason)
    count = _whole(policy["maxReceiveCount"])
    if count is None or not 1 <= count <= RECEIVES_MAX:
        reason = (
            f"Invalid value for maxReceiveCount: {policy['maxReceiveCount']}, "
            "valid values are from 1 to 1000 both inclusive."
        )
        raise errors.invalid_parameter(text, name, reason)
    arn = policy["deadLetterTargetArn"]
    _refuse_other_arns(name, text, arn)
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count}, separators=(",", ":"))


def judged_redrive_allow(name: str, text: str) -> str:
    """The redrive allow policy, written AWS's way. Raises InvalidParameterValue or InvalidAttributeValue."""
    if text == "":
        return text
    policy = _read_json(text)
    permission = policy.get("redrivePermission") if isinstance(policy, dict) else None
    if permission not in ("allowAll", "denyAll", "byQueue") or policy.keys() - {"redrivePermission", "sourceQueueArns"}:
        raise errors.unsupported_redrive_allow()
    sources = policy.get("sourceQueueArns")
    if sources is not None and not (isinstance(sources, list) and all(isinstance(arn, str) for arn in sources)):
        raise errors.unsupported_redrive_allow()
    if permission == "byQueue" and not sources:
        raise errors.refused_redrive_allow(
            text,
            "When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.",
        )
    if permission != "byQueue" and sources:
        raise errors.refused_redrive_allow(
            text, "To specify one or more source queue ARNs, you must set redrivePermission to byQueue."
        )
    if sources and len(sources) > SOURCES_MAX:
        raise errors.refused_redrive_allow(text, "The maximum number of source queue ARNs you can specify is 10.")
    return json.dumps(policy, separators=(",", ":"))


def refuse_invalid_actions(actions: Sequence[str]) -> None:
    """Raises InvalidParameterValue or OverLimit for actions that a queue cannot share."""
    if not actions:
        raise errors.missing_parameter("Actions")
    if len(actions) > ACTIONS_MAX:
        raise errors.too_many_actions(len(actions))
    for action in actions:
        if action in _OWNERS_ACTIONS:
            raise errors.not_shareable_action(action)
        if action not in _SHARED_ACTIONS:
            raise errors.unknown_action(action)


def with_statement(queue: Queue, *, label: str, accounts: Sequence[str], actions: Sequence[str]) -> str:
    """The queue's policy with one more statement. Raises InvalidParameterValue when the label is taken, OverLimit."""
    policy = _policy(queue)
    statements = _statements(policy)
    if any(statement.get("Sid") == label for statement in statements):
        raise errors.invalid_parameter(label, "Label", "Already exists.")
    if len(statements) >= STATEMENTS_MAX:
        raise errors.too_many_labels(len(statements) + 1)
    principals = [f"arn:aws:iam::{account}:root" for account in accounts]
    names = [action if action == "*" else f"SQS:{action}" for action in actions]
    statement = {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": principals[0] if len(principals) == 1 else principals},
        "Action": names[0] if len(names) == 1 else names,
        "Resource": queue.arn,
    }
    return json.dumps({**policy, "Statement": [*statements, statement]}, separators=(",", ":"))


def without_statement(queue: Queue, label: str) -> str | None:
    """The queue's policy without that statement, `None` when none is left. Raises InvalidParameterValue."""
    policy = _policy(queue)
    statements = _statements(policy)
    kept = [statement for statement in statements if statement.get("Sid") != label]
    if len(kept) == len(statements):
        raise errors.invalid_parameter(label, "Label", "can't find label.")
    return json.dumps({**policy, "Statement": kept}, separators=(",", ":")) if kept else None


def dead_letter_arn(text: str) -> str:
    """The dead-letter queue that a judged redrive policy names."""
    return str(json.loads(text)["deadLetterTargetArn"])


def allows_source(queue: Queue, source_arn: str) -> bool:
    """Whether the queue may be the dead-letter queue of `source_arn`, by its redrive allow policy."""
    text = queue.settings.get("RedriveAllowPolicy")
    if text is None:
        return True
    policy = json.loads(text)
    if policy["redrivePermission"] == "byQueue":
        return source_arn in policy["sourceQueueArns"]
    return bool(policy["redrivePermission"] == "allowAll")


def _policy(queue: Queue) -> dict[str, Any]:
    empty = {"Version": POLICY_VERSIONS[0], "Id": f"{queue.arn}/SQSDefaultPolicy", "Statement": []}
    text = queue.settings.get("Policy")
    return dict(json.loads(text)) if text else empty


def _statements(policy: Mapping[str, Any]) -> list[dict[str, Any]]:
    statements = policy.get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


def _refuse_other_arns(name: str, text: str, arn: object) -> None:
    if not isinstance(arn, str) or arn.count(":") < 5:
        raise errors.invalid_parameter(text, name, "Invalid value for deadLetterTargetArn.")
    if place_of_arn(arn) is None:
        raise errors.invalid_parameter(text, name, "Only SQS queues are valid resources for deadLetterTargetArn.")


def _is_statement(statement: object) -> bool:
    return (
        isinstance(statement, dict)
        and not statement.keys() - _STATEMENT_KEYS
        and statement.get("Effect") in ("Allow", "Deny")
    )


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None
