"""SES as the engine meets it: two services, of which `ses` owns the tables, the mailbox and the relay."""

from collections.abc import Callable, Mapping, Set
from functools import partial
from typing import Any

from eventyard.engine.registry import Operation, Page, Service
from eventyard.outside.smtp import SmtpClient
from eventyard.services.ses.operations.v1 import table as v1
from eventyard.services.ses.operations.v2 import table as v2
from eventyard.services.ses.work import mailbox, retention
from eventyard.services.ses.work.posting import RELAY
from eventyard.services.ses.work.relay import Relay, without_relay


def ses_service(client: SmtpClient | None) -> Service:
    """The older API, and all that both stand on. With a `client` mails leave by its server, too."""
    relay = None if client is None else Relay(client)
    return Service(
        name="ses",
        operations=_bound(v1.OPERATIONS, v1.SENDING, is_relaying=relay is not None),
        targets={"ses": partial(mailbox.deliver, is_relaying=relay is not None)},
        timers={retention.KIND: retention.forget_old},
        effects={RELAY: without_relay() if relay is None else relay.effect()},
        pages={
            mailbox.PAGE: Page(mailbox.show_all, ("GET", "DELETE")),
            f"{mailbox.PAGE}/": Page(mailbox.show_one, ("GET", "DELETE")),
        },
        views=mailbox.VIEWS,
        start=() if relay is None else (relay.start,),
    )


def sesv2_service(*, is_relaying: bool) -> Service:
    """The newer API: operations alone."""
    operations = _bound(v2.OPERATIONS, v2.SENDING, is_relaying=is_relaying)
    return Service(name="sesv2", operations={name: v2.spoken(one) for name, one in operations.items()})


def _bound(
    operations: Mapping[str, Callable[..., Any]], sending: Set[str], *, is_relaying: bool
) -> Mapping[str, Operation]:
    return {
        name: partial(operation, is_relaying=is_relaying) if name in sending else operation
        for name, operation in operations.items()
    }
