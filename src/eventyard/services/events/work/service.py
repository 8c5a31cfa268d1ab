"""EventBridge as the engine meets it: its operations by name, with what they and its work need beyond their call."""

from collections.abc import Mapping
from functools import partial

from eventyard.engine.registry import Operation, RemoteTarget, Service
from eventyard.outside.http import Answer, HttpClient
from eventyard.services.events.operations import counting, looking, webhooks, why
from eventyard.services.events.operations.table import NEEDS_STRICT, OPERATIONS
from eventyard.services.events.work import authorizing, calling, delivering, destinations, timers
from eventyard.services.events.work.authorizing import Authorizer
from eventyard.services.events.work.calling import Caller
from eventyard.services.events.work.destinations import Sender


def events_service(http: HttpClient, *, is_strict_aws: bool) -> Service:
    """The service; the engine starts what stands behind it. `is_strict_aws` refuses our extensions."""
    authorizer = Authorizer(http)
    return Service(
        name="events",
        operations=_operations(is_strict_aws=is_strict_aws),
        targets={"events": delivering.deliver},
        timers=timers.TIMERS,
        effects={authorizing.KIND: authorizer.effect()},
        remotes={
            destinations.KIND: RemoteTarget(Sender(http, authorizer).perform, status_of=_status),
            calling.KIND: RemoteTarget(Caller(http, authorizer).perform, status_of=_status),
        },
        pages={**why.PAGES, **webhooks.PAGES},
        views={**why.VIEWS, "timeline": looking.view_timeline},
        start=(authorizer.start,),
        heard=counting.heard,
    )


def _operations(*, is_strict_aws: bool) -> Mapping[str, Operation]:
    bound = {name: partial(OPERATIONS[name], is_strict=is_strict_aws) for name in NEEDS_STRICT}
    return {**OPERATIONS, **bound}


def _status(answer: Answer) -> int:
    return answer.status
