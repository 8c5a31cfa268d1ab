"""Something on its way to an ARN, and what is said of it: why it was refused, how far it is.

Values only; `engine/targets.py` moves them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from eventyard.engine.due.policy import Phase, Policy

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Delivery(NamedTuple):
    """Something on its way to an ARN.

    `body` is the text to deliver; `event_body` what a dead letter carries: the untransformed event of a rule, the
    message of a topic. `sender` is the service that delivers (`events`); `rule_arn` (of a rule, a subscription, a
    schedule) and `target_id` say on whose behalf. `attributes` become String message attributes where the target is a
    queue. What else a target has to know is in `parameters`, and in `letter_parameters` for the dead-letter queue:
    `MessageGroupId`, `MessageDeduplicationId`, and the likes of a topic's or a mailbox's. `letter_attributes` are what
    its dead letter tells besides the error.
    """

    arn: str
    body: str
    event_body: str
    sender: str
    event_id: str = ""
    rule_arn: str = ""
    target_id: str = ""
    policy: Policy = Policy()
    dead_letter_arn: str | None = None
    attributes: Mapping[str, str] = _NOTHING
    parameters: Mapping[str, Any] = _NOTHING
    letter_parameters: Mapping[str, Any] = _NOTHING
    letter_attributes: Mapping[str, str] = _NOTHING


class Broadcast(NamedTuple):
    """One text on its way to many targets of one service, account and region, which get nothing beside it.

    Each of `arns` gets its name, which is its own in `names`, between the `pieces`: a name in a text of one piece is
    nowhere. Names are printable ASCII. `sender` is the service that delivers, `event_id` what the ledger keeps it by.
    """

    arns: Sequence[str]
    names: Sequence[str]
    pieces: Sequence[str]
    sender: str
    event_id: str = ""

    def texts(self) -> list[str]:
        """What each of the targets gets, in their order."""
        if len(self.pieces) == 1:
            return [self.pieces[0]] * len(self.arns)
        return [name.join(self.pieces) for name in self.names]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a target did not take a delivery; `retry_after_ms` is the earliest next try that it asked for."""

    code: str
    message: str
    is_retryable: bool
    retry_after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """A target's answer that the delivery leaves the store: the effect `kind` takes it on, with this JSON `payload`.

    It begins at `at_ms`, `None` for now: a target that takes only so many a second has them wait their turn.
    """

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery that is performed outside of any transaction: what a remote target gets.

    `payload` is what the target's `Deliver` prepared; `attempt` counts from 1; `trace` is an X-Ray header.
    """

    delivery: Delivery
    payload: Mapping[str, Any]
    attempt: int
    created_at_ms: int
    account: str
    region: str
    trace: str


def stored(delivery: Delivery) -> dict[str, Any]:
    """The delivery as a JSON object."""
    as_json = delivery._asdict()
    as_json["policy"] = asdict(delivery.policy)
    for name in ("attributes", "parameters", "letter_parameters", "letter_attributes"):
        as_json[name] = dict(as_json[name])
    copied: dict[str, Any] = json.loads(json.dumps(as_json))
    return copied


def restored(as_json: Mapping[str, Any]) -> Delivery:
    """The delivery that was stored."""
    policy = Policy(**as_json["policy"])
    phases = tuple(Phase(**phase) for phase in as_json["policy"].get("phases", ()))
    return Delivery(**{**as_json, "policy": replace(policy, phases=phases)})
