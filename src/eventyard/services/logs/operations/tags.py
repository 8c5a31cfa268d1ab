"""Tags of groups and destinations, in the older and the newer way."""

from collections.abc import Callable, Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.arns import parse_arn
from eventyard.services.logs import errors
from eventyard.services.logs.model.groups import with_tags
from eventyard.services.logs.queries import groups, resources
from eventyard.services.logs.work.finding import existing_group, group_named
from eventyard.store.tx import Tx

_DESTINATION = "destination:"

Change = Callable[[dict[str, str]], dict[str, str]]


def tag_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """The older way to add tags to a group."""
    group = existing_group(tx, call)
    groups.put_tags(tx, group.id, with_tags(groups.tags_of(tx, group.id), call.params["tags"]))


def untag_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """The older way to take tags off a group."""
    group = existing_group(tx, call)
    groups.put_tags(tx, group.id, _without(groups.tags_of(tx, group.id), call.params["tags"]))


def list_tags_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The older way to ask for a group's tags."""
    return {"tags": groups.tags_of(tx, existing_group(tx, call).id)}


def tag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Add tags to a group or a destination, or give them other values."""
    _change(tx, call, lambda tags: with_tags(tags, call.params["tags"]))


def untag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Take tags off a group or a destination; those it does not have do no harm."""
    _change(tx, call, lambda tags: _without(tags, call.params["tagKeys"]))


def list_tags_for_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The tags of the group or destination that the ARN names."""
    return {"tags": _change(tx, call, None)}


def _change(tx: Tx, call: Call[Mapping[str, Any]], change: Change | None) -> dict[str, str]:
    """The tags of the resource, changed where they are to be. Raises ResourceNotFoundException."""
    arn = parse_arn(call.params["resourceArn"])
    if arn is None or arn.service != "logs":
        raise errors.no_such_resource()
    if arn.resource.startswith(_DESTINATION):
        name = arn.resource.removeprefix(_DESTINATION)
        destination = resources.find_destination(tx, call.account, call.region, name)
        if destination is None:
            raise errors.no_such_resource()
        tags = resources.destination_tags(tx, destination)
        if change is not None:
            resources.put_destination_tags(tx, destination, tags := change(tags))
        return tags
    group = group_named(tx, call, call.params["resourceArn"])
    tags = groups.tags_of(tx, group.id)
    if change is not None:
        groups.put_tags(tx, group.id, tags := change(tags))
    return tags


def _without(tags: Mapping[str, str], names: object) -> dict[str, str]:
    taken = set(names) if isinstance(names, list) else set()
    return {name: text for name, text in tags.items() if name not in taken}
