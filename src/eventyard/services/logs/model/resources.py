"""Destinations and resource policies: what they show. Pure.

A destination stands for a stream of another account, and streams are not served: a destination can be described, and no
subscription can go to it. A policy lets AWS's services write lines; here all may.
Sources: test_logs_destinations and test_logs_resource_policies of localstack/localstack (recorded 2026-02).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.services.logs import errors

POLICIES_MAX = 10
_ORGANIZATION_KEYS = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
_LISTS = ("Action", "NotAction", "Resource", "NotResource")


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination; `access_policy` is JSON text, `None` where none was put."""

    account: str
    region: str
    name: str
    target_arn: str
    role_arn: str
    access_policy: str | None
    created_at_ms: int

    @property
    def arn(self) -> str:
        return f"arn:aws:logs:{self.region}:{self.account}:destination:{self.name}"

    def shown(self) -> dict[str, Any]:
        """As DescribeDestinations shows it."""
        policy = {} if self.access_policy is None else {"accessPolicy": self.access_policy}
        return {
            "destinationName": self.name,
            "targetArn": self.target_arn,
            "roleArn": self.role_arn,
            **policy,
            "arn": self.arn,
            "creationTime": self.created_at_ms,
        }


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """A policy of the account; `document` is JSON text as it was given."""

    name: str
    document: str
    updated_at_ms: int

    def shown(self) -> dict[str, Any]:
        """As PutResourcePolicy answers with it."""
        return {
            "policyName": self.name,
            "policyDocument": self.document,
            "lastUpdatedTime": self.updated_at_ms,
            "policyScope": "ACCOUNT",
        }

    def described(self) -> dict[str, Any]:
        """As DescribeResourcePolicies shows it: with a version, and lists of one as that one (recorded 2026-02-06)."""
        document = json.loads(self.document)
        version = {"Version": document.get("Version", "2008-10-17")}
        statements = document.get("Statement", [])
        listed = statements if isinstance(statements, list) else [statements]
        whole = {**version, **document, "Statement": [_plain(statement) for statement in listed]}
        return {**self.shown(), "policyDocument": json.dumps(whole, separators=(",", ":"))}


def document_given(text: str) -> str:
    """A policy's document. Raises InvalidParameterException for what is no JSON object. Unverified: the words."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise errors.invalid("Malformed policy document")
    return text


def access_policy_given(text: str, *, before: str | None, is_forced: bool) -> str:
    """Who may subscribe to a destination: accounts by their ids, or anyone of an organization.

    Raises InvalidParameterException, recorded by radkawar/stackd (destination-principals.json, 2026-09).
    """
    try:
        by_organization = _is_by_organization(text)
    except (ValueError, RecursionError):
        raise errors.access_policy_unreadable() from None
    if before is not None and not is_forced and by_organization and not _is_by_organization(before):
        raise errors.principals_change()
    return text


def _is_by_organization(text: str) -> bool:
    """Whether a statement is for an organization. Raises ValueError for what is no policy."""
    found = json.loads(text)
    statements = found.get("Statement") if isinstance(found, dict) else None
    listed = [statements] if isinstance(statements, dict) else statements
    if not isinstance(listed, list) or not all(isinstance(statement, dict) for statement in listed):
        raise ValueError(text)
    verdicts = [_is_of_organization(statement) for statement in listed]
    return any(verdicts)


def _is_of_organization(statement: Mapping[str, Any]) -> bool:
    principal, condition = statement.get("Principal"), statement.get("Condition") or {}
    if principal != "*":
        _check_accounts(principal)
    if not isinstance(condition, dict) or not all(isinstance(keys, dict) for keys in condition.values()):
        raise ValueError(condition)
    if any(key not in _ORGANIZATION_KEYS for keys in condition.values() for key in keys):
        raise errors.condition_keys(_ORGANIZATION_KEYS)
    if principal == "*" and not condition:
        raise ValueError(principal)
    return bool(condition)


def _check_accounts(principal: Any) -> None:
    given = principal.get("AWS") if isinstance(principal, dict) else None
    ids = [given] if isinstance(given, str) else given
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise ValueError(principal)
    for id in ids:
        if id.startswith("arn:"):
            raise errors.principal_of_policy("ARN", id)
        if id == "*":
            raise errors.principal_of_policy("`*`", id)


def _plain(statement: Any) -> Any:
    if not isinstance(statement, dict):
        return statement
    plain = {name: _alone(part) if name in _LISTS else part for name, part in statement.items()}
    principal = plain.get("Principal")
    if isinstance(principal, Mapping):
        plain["Principal"] = {name: _alone(part) for name, part in principal.items()}
    return plain


def _alone(part: Any) -> Any:
    return part[0] if isinstance(part, list) and len(part) == 1 else part
