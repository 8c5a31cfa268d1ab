"""Subscription filters: put, describe, delete."""

from collections.abc import Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.services.logs import errors
from eventyard.services.logs.model.metric_filters import REGEX_FILTERS_MAX, pattern_given, refuse_unserved
from eventyard.services.logs.model.subscriptions import SUBSCRIPTIONS_MAX, destination_given
from eventyard.services.logs.operations.pages import after_of, cut, limit_of
from eventyard.services.logs.queries import filters
from eventyard.services.logs.work.finding import standard_group
from eventyard.store.tx import Tx


def put_subscription_filter(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Have lines that fit delivered to a function, or change that.

    The pattern is judged before the destination, and both before the group is looked for (recorded 2026-02-06).
    """
    params = call.params
    name, pattern = params["filterName"], pattern_given(params["filterPattern"])
    arn = destination_given(params, account=call.account)
    refuse_unserved(params)
    group = standard_group(tx, call)
    _refuse_unknown_function(tx, call, arn)
    others = [compiled for one, compiled in filters.subscriptions_of(tx, group) if one.name != name]
    has_regexes = pattern.regexes and sum(bool(other.regexes) for other in others) >= REGEX_FILTERS_MAX
    if len(others) >= SUBSCRIPTIONS_MAX or has_regexes:
        raise errors.limit_exceeded()
    filters.put_subscription(
        tx,
        group,
        name,
        pattern=params["filterPattern"],
        destination_arn=arn,
        distribution=params.get("distribution", "ByLogStream"),
        now_ms=call.now_ms,
    )


def describe_subscription_filters(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The group's subscription filters by name."""
    params = call.params
    group, prefix, limit = standard_group(tx, call), params.get("filterNamePrefix", ""), limit_of(params)
    place = after_of(params, str)
    after = place[0] if place else ""
    found = [one for one, _ in filters.subscriptions_of(tx, group) if one.name > after and one.name.startswith(prefix)]
    shown, more = cut(found, limit, lambda one: (one.name,))
    return {"subscriptionFilters": [one.shown(group) for one in shown], **more}


def delete_subscription_filter(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Deliver no more. Raises ResourceNotFoundException."""
    if not filters.delete_subscription(tx, standard_group(tx, call), call.params["filterName"]):
        raise errors.no_such_subscription()


def _refuse_unknown_function(tx: Tx, call: Call[Mapping[str, Any]], arn: str) -> None:
    try:
        call.dispatch(tx, "lambda", "GetFunctionConfiguration", {"FunctionName": arn})
    except AwsError:
        raise errors.function_not_executable() from None
