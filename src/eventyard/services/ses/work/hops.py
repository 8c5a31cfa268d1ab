"""A mail as a hop, and what is counted of it.

Its span tells to whom it went and what it was about; whatever is told of it later is below that. Metrics count
recipients, as SES does. Source: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import orjson

from eventyard.engine.call import Call
from eventyard.engine.observing.edges import Status
from eventyard.engine.observing.series import Series
from eventyard.engine.trace import record
from eventyard.services.ses.model import addresses
from eventyard.services.ses.model.events import Happening
from eventyard.services.ses.model.mails import Mail
from eventyard.services.ses.model.raw import decoded
from eventyard.store.tx import Tx

NAMESPACE: Final = "AWS/SES"
_RECIPIENTS: Final[Mapping[str, str]] = MappingProxyType(
    {"DELIVERY": "recipients", "BOUNCE": "bouncedRecipients", "COMPLAINT": "complainedRecipients"}
)
_METRICS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SEND": "Send",
        "DELIVERY": "Delivery",
        "BOUNCE": "Bounce",
        "COMPLAINT": "Complaint",
        "REJECT": "Reject",
        "RENDERING_FAILURE": "RenderingFailure",
    }
)


def begin(tx: Tx, call: Call[Any], mail: Mail, outcomes: Mapping[str, str]) -> Call[Any]:
    """Write the mail's span; gives back the call as what the mail brings about is caused by it."""
    told = {
        "message_id": mail.id,
        "from": mail.source,
        "to": list(mail.destinations),
        "subject": decoded(mail.header("Subject") or ""),
        "outcomes": dict(outcomes),
    }
    domain = addresses.domain_of(mail.source)
    status: Status = "error" if any(word in ("bounced", "rejected") for word in outcomes.values()) else "ok"
    trace = record.span(
        tx,
        call,
        kind="mail",
        arn=f"arn:aws:ses:{call.region}:{call.account}:identity/{domain}",
        source=call.doors.nodes.of(call.trace.cause),
        status=status,
        detail=orjson.dumps(told).decode(),
    )
    return call.within(service=call.service, operation=call.operation, params=call.params, trace=trace)


def count(tx: Tx, call: Call[Any], mail: Mail, happenings: Sequence[Happening]) -> None:
    """Count what happened, for each recipient that it happened to."""
    if not call.doors.is_metering:
        return
    for happening in happenings:
        listed = happening.body.get(_RECIPIENTS.get(happening.kind, ""), mail.destinations)
        name = _METRICS[happening.kind]
        call.measure(tx, Series(call.account, call.region, NAMESPACE, name, "Count"), 1, len(listed))
