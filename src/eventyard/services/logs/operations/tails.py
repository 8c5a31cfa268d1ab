"""Live tails: start."""

from collections.abc import Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.services.logs import errors
from eventyard.services.logs.model.metric_filters import pattern_given
from eventyard.services.logs.model.tails import Tail, refuse_odd
from eventyard.services.logs.queries import events
from eventyard.services.logs.work.finding import group_named
from eventyard.services.logs.work.tailing import follow
from eventyard.store.tx import Tx


def start_live_tail(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Answer with what comes to the groups from now on, every second."""
    params = call.params
    if call.is_gone is None:
        raise AwsError("InvalidAction", "logs:StartLiveTail cannot be called inside of another operation.", status=501)
    refuse_odd(params)
    pattern = pattern_given(params.get("logEventFilterPattern", ""))
    groups = [group_named(tx, call, identifier) for identifier in params["logGroupIdentifiers"]]
    if not all(group.is_standard for group in groups):
        raise errors.only_of_standard_class()
    tail = Tail(
        groups={group.id: f"{group.account}:{group.name}" for group in groups},
        streams=frozenset(params.get("logStreamNames", ())),
        prefixes=tuple(params.get("logStreamNamePrefixes", ())),
        pattern=pattern,
    )
    start = {"requestId": call.request_id, "sessionId": call.ids.uuid(), **params}
    return {"responseStream": follow(call, tail, start, after_id=events.newest_id(tx))}
