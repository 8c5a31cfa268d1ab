"""The AWS clients of an account, the names of its things, and who may put what into a queue or a topic."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3


@dataclass(frozen=True)
class Clients:
    """The AWS clients in use; the endpoint comes from the environment or is given."""

    events: Any
    sqs: Any
    sns: Any
    functions: Any
    workflows: Any
    dynamodb: Any
    pipes: Any
    scheduler: Any
    schemas: Any
    mail: Any
    metrics: Any
    account: str
    region: str

    @classmethod
    def make(cls, *, account: str, region: str, **options: Any) -> "Clients":
        session = boto3.session.Session(region_name=region)
        names = (
            "events",
            "sqs",
            "sns",
            "lambda",
            "stepfunctions",
            "dynamodb",
            "pipes",
            "scheduler",
            "schemas",
            "sesv2",
            "cloudwatch",
        )
        return cls(*(session.client(name, **options) for name in names), account, region)

    def close(self) -> None:
        """Close every connection."""
        for client in vars(self).values():
            if not isinstance(client, str):
                client.close()

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a thing of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def queue_arn(self, name: str) -> str:
        return self.arn("sqs", name)

    def rule_arn(self, bus: str, rule: str) -> str:
        """The rule's ARN, in which the account's own bus has no name."""
        return self.arn("events", f"rule/{rule}" if bus == "default" else f"rule/{bus}/{rule}")

    def role(self, name: str) -> str:
        """The role of that name, which the account's administrators have made."""
        return f"arn:aws:iam::{self.account}:role/{name}"


def allow(*, service: str, action: str, resource: str, source_arn: str) -> str:
    """The policy of a queue or topic that lets one thing of a service do one thing to it."""
    return _policy(service, action, resource, {"ArnEquals": {"aws:SourceArn": source_arn}})


def allow_account(*, service: str, action: str, resource: str, account: str) -> str:
    """As `allow`, for everything that the account has of a service."""
    return _policy(service, action, resource, {"StringEquals": {"aws:SourceAccount": account}})


def _policy(service: str, action: str, resource: str, condition: dict[str, dict[str, str]]) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def batches(entries: list[Any], size: int) -> Iterator[list[Any]]:
    """The entries in groups of at most `size`, in order."""
    for start in range(0, len(entries), size):
        yield entries[start : start + size]
