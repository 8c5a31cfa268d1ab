"""Groups and streams as requests name them."""

from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.arns import parse_arn
from eventyard.services.logs import errors
from eventyard.services.logs.model.groups import Group, Stream
from eventyard.services.logs.queries import groups, streams
from eventyard.store.tx import Tx

_GROUP = "log-group:"


def existing_group(tx: Tx, call: Call[Any]) -> Group:
    """The group of `logGroupName`, or of `logGroupIdentifier` (a name or an ARN).

    Raises ResourceNotFoundException; ValidationException for both of them.
    """
    name, identifier = call.params.get("logGroupName"), call.params.get("logGroupIdentifier")
    if name and identifier:
        raise errors.group_named_twice()
    if not name and not identifier:
        raise errors.invalid("Exactly one of logGroupName and logGroupIdentifier has to be given.")
    return group_named(tx, call, name or identifier)


def standard_group(tx: Tx, call: Call[Any]) -> Group:
    """As `existing_group`. Raises ValidationException for one of a class that has no filters."""
    group = existing_group(tx, call)
    if not group.is_standard:
        raise errors.only_of_standard_class()
    return group


def readable_group(tx: Tx, call: Call[Any]) -> Group:
    """As `existing_group`. Raises InvalidOperationException for one whose lines only queries read."""
    group = existing_group(tx, call)
    if not group.is_standard:
        raise errors.unreadable_class(group.name, group.log_class, call.operation)
    return group


def group_named(tx: Tx, call: Call[Any], name_or_arn: str) -> Group:
    """The group of a name or an ARN. Raises ResourceNotFoundException."""
    arn = parse_arn(name_or_arn)
    name = name_or_arn if arn is None else arn.resource.removeprefix(_GROUP).removesuffix(":*")
    group = groups.find_group(tx, call.account, call.region, name)
    if group is None or (arn is not None and (arn.account, arn.region) not in ((call.account, call.region), ("", ""))):
        raise errors.no_such_group()
    return group


def existing_stream(tx: Tx, group: Group, name: str) -> Stream:
    """The group's stream. Raises ResourceNotFoundException."""
    stream = streams.find_stream(tx, group.id, name)
    if stream is None:
        raise errors.no_such_stream()
    return stream
