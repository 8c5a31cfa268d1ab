"""Filter expressions as operations take them: from a request, or from a group."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.trace_filters.errors import FilterError
from eventyard.languages.trace_filters.filters import Filter, compile_filter
from eventyard.services.xray import errors
from eventyard.services.xray.model.groups import DEFAULT, Group, default_group
from eventyard.services.xray.queries import settings
from eventyard.store.tx import Tx


def all_groups(tx: Tx, call: Call[Any]) -> list[Group]:
    """Every group, the default one first."""
    made = settings.groups(tx, account=call.account, region=call.region)
    return [default_group(call.account, call.region), *made]


def find_group(tx: Tx, call: Call[Any], *, name: str | None, arn: str | None) -> Group:
    """The group of that name or ARN, or of both. Raises InvalidRequestException."""
    if name is None and arn is None:
        raise errors.group_unnamed()
    for group in all_groups(tx, call):
        is_named = name in (None, group.name) or (name == DEFAULT.lower() and group.name == DEFAULT)
        if is_named and arn in (None, group.arn):
            return group
    raise errors.group_not_found()


def compiled(tx: Tx, call: Call[Any], text: str) -> Filter:
    """The expression, compiled. Raises InvalidRequestException."""

    def group(kind: str, value: str) -> str | None:
        found = {(group.name if kind == "name" else group.arn): group.filter for group in all_groups(tx, call)}
        return found.get(value)

    try:
        return compile_filter(text, group)
    except FilterError as wrong:
        raise errors.filter_invalid(str(wrong), text) from wrong


def group_filter(tx: Tx, call: Call[Mapping[str, Any]]) -> Filter | None:
    """The filter of the group that the request names; `None` where it names none, or one that wants all."""
    name, arn = call.params.get("GroupName"), call.params.get("GroupARN")
    if name is None and arn is None:
        return None
    text = find_group(tx, call, name=name, arn=arn).filter
    return compiled(tx, call, text) if text.strip() else None
