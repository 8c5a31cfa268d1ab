"""Sampling rules, and how much of a rule's reservoir each client gets.

Clients report what they did with a rule in the last ten seconds, and are told how many requests a second they may
sample of its reservoir until the next report. The reservoir is shared evenly by the clients that have reported lately,
so that together they keep to it; what does not divide goes to the first ones.
Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

DEFAULT = "Default"
DEFAULT_PRIORITY = 10_000
RULES_MAX = 25
"""Custom rules of an account and region.
Source: https://docs.aws.amazon.com/general/latest/gr/xray.html"""
INTERVAL_S = 10
QUOTA_S = 5 * 60
"""How long a quota holds: five minutes, or until the next."""
REPORTED_S = 3 * INTERVAL_S
"""A client that has not reported for this long takes no part of the reservoir."""
REPORT_AGE_MAX_S = 24 * 3600

_UPDATABLE = (
    *("ResourceARN", "Priority", "FixedRate", "ReservoirSize", "Host", "ServiceName", "ServiceType"),
    *("HTTPMethod", "URLPath", "Attributes"),
)
_DEFAULT_UPDATABLE = frozenset({"FixedRate", "ReservoirSize"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its fields as AWS shows them. The default one has never been created."""

    account: str
    region: str
    name: str
    fields: Mapping[str, Any]
    created_at_ms: int
    modified_at_ms: int

    @property
    def arn(self) -> str:
        return rule_arn(self.account, self.region, self.name)

    def shown(self) -> dict[str, Any]:
        """As a `SamplingRuleRecord`."""
        fields = {"RuleName": self.name, "RuleARN": self.arn, "Attributes": {}, **self.fields}
        return {"SamplingRule": fields, "CreatedAt": self.created_at_ms, "ModifiedAt": self.modified_at_ms}

    def updated(self, update: Mapping[str, Any], now_ms: int) -> "Rule":
        """The rule with what the update names."""
        changed = {key: update[key] for key in _UPDATABLE if key in update}
        return replace(self, fields={**self.fields, **changed}, modified_at_ms=now_ms)


def rule_arn(account: str, region: str, name: str) -> str:
    """The ARN of a rule."""
    return f"arn:aws:xray:{region}:{account}:sampling-rule/{name}"


def default_rule(account: str, region: str) -> Rule:
    """The rule that matches whatever no other does: one request a second, and 5 % of the rest."""
    wild = dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath"), "*")
    numbers = {"Priority": DEFAULT_PRIORITY, "FixedRate": 0.05, "ReservoirSize": 1, "Version": 1}
    return Rule(account, region, DEFAULT, {**wild, **numbers}, 0, 0)


def is_allowed_for_default(update: Mapping[str, Any]) -> bool:
    """Whether an update changes no more of the default rule than AWS lets it."""
    named = {key for key in update if key not in ("RuleName", "RuleARN")}
    return named <= _DEFAULT_UPDATABLE


def quota(reservoir: int, client: str, clients: Sequence[str]) -> int:
    """How many requests a second the client may take of the reservoir, of all `clients` in their order."""
    share, rest = divmod(reservoir, len(clients))
    return share + (1 if clients.index(client) < rest else 0)


def target(rule: Rule, *, client: str, clients: Sequence[str], now_ms: int) -> dict[str, Any]:
    """The rule as a `SamplingTargetDocument` for the client."""
    return {
        "RuleName": rule.name,
        "FixedRate": rule.fields["FixedRate"],
        "ReservoirQuota": quota(rule.fields["ReservoirSize"], client, clients),
        "ReservoirQuotaTTL": now_ms + QUOTA_S * 1000,
        "Interval": INTERVAL_S,
    }
