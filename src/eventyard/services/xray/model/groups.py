"""Groups: a name for a filter expression. The default one is there without anybody having made it, and wants all."""

from dataclasses import dataclass
from typing import Any

DEFAULT = "Default"
GROUPS_MAX = 25
"""Source: https://docs.aws.amazon.com/general/latest/gr/xray.html"""


@dataclass(frozen=True, slots=True)
class Group:
    """A group; `id` is the end of its ARN."""

    account: str
    region: str
    name: str
    id: str
    filter: str
    created_at_ms: int

    @property
    def arn(self) -> str:
        end = "default" if self.name == DEFAULT else self.id
        return f"arn:aws:xray:{self.region}:{self.account}:group/{self.name}/{end}"

    def shown(self) -> dict[str, Any]:
        """As `Group` and as `GroupSummary`. Insights are never on."""
        return {
            "GroupName": self.name,
            "GroupARN": self.arn,
            **({"FilterExpression": self.filter} if self.filter else {}),
            "InsightsConfiguration": {"InsightsEnabled": False, "NotificationsEnabled": False},
        }


def default_group(account: str, region: str) -> Group:
    """The group of all traces."""
    return Group(account, region, DEFAULT, "default", "", 0)
