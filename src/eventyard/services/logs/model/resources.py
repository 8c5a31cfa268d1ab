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
