"""Log groups: create, describe, list, delete, retention, protection."""

from collections.abc import Callable, Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.logs import errors
from eventyard.services.logs.model.groups import (
    CLASSES,
    Group,
    class_given,
    name_pattern,
    retention_given,
)
from eventyard.services.logs.operations.pages import after_of, cut, limit_of
from eventyard.services.logs.queries import groups
from eventyard.services.logs.work import retention
from eventyard.services.logs.work.deletion import forget
from eventyard.services.logs.work.finding import existing_group, group_named
from eventyard.store.tx import Tx

_READ_AT_ONCE = 500


def create_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Make a group that keeps its events for good until it is told a retention."""
    params = call.params
    if params.get("kmsKeyId"):
        raise errors.not_served("kmsKeyId")
    log_class = class_given(params)
    name = params["logGroupName"]
    if groups.find_group(tx, call.account, call.region, name) is not None:
        raise errors.group_exists()
    groups.insert_group(
        tx,
        account=call.account,
        region=call.region,
        name=name,
        now_ms=call.now_ms,
        tags=params.get("tags", {}),
        log_class=log_class,
        is_protected=params.get("deletionProtectionEnabled", False),
    )


def describe_log_groups(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Groups by name: those that begin with a prefix, or have a pattern in their name. No accounts are linked."""
    params = call.params
    _refuse(params, "includeLinkedAccounts", "accountIdentifiers")
    prefix, part = params.get("logGroupNamePrefix", ""), params.get("logGroupNamePattern")
    if prefix and part:
        raise errors.invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
    wanted = {name.removesuffix(":*") for name in params.get("logGroupIdentifiers", ())}

    def is_wanted(group: Group) -> bool:
        is_named = group.name.startswith(prefix) and (part or "") in group.name
        return is_named and _is_of_class(params, group) and (not wanted or bool(wanted & {group.name, group.arn}))

    found, more = _page(tx, call, is_wanted)
    return {"logGroups": [group.shown(by_pattern=bool(part)) for group in found], **more}


def list_log_groups(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Names and ARNs of groups, by name, that fit the pattern."""
    params = call.params
    _refuse(params, "includeLinkedAccounts", "accountIdentifiers", "dataSources", "fieldIndexNames", "logGroupTags")
    pattern = name_pattern(params.get("logGroupNamePattern", ""))

    def is_wanted(group: Group) -> bool:
        return _is_of_class(params, group) and pattern.search(group.name) is not None

    found, more = _page(tx, call, is_wanted)
    return {"logGroups": [group.listed() for group in found], **more}


def delete_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Delete the group with all that it has. Raises ValidationException for one that is protected."""
    group = existing_group(tx, call)
    if group.is_protected:
        raise errors.group_is_protected()
    groups.delete_group(tx, group)
    forget(tx, call, group_id=group.id)


def put_log_group_deletion_protection(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Protect the group from deletion, or no longer."""
    group = group_named(tx, call, call.params["logGroupIdentifier"])
    groups.set_protection(tx, group.id, is_protected=call.params["deletionProtectionEnabled"])


def put_retention_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Forget the group's events after that many days."""
    days = retention_given(call.params["retentionInDays"])
    group = existing_group(tx, call)
    groups.set_retention(tx, group.id, days)
    call.later(tx, kind=retention.KIND, key=str(group.id), at_ms=call.now_ms)


def delete_retention_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Keep the group's events for good again."""
    groups.set_retention(tx, existing_group(tx, call).id, None)


def _page(
    tx: Tx, call: Call[Mapping[str, Any]], is_wanted: Callable[[Group], bool]
) -> tuple[list[Group], dict[str, str]]:
    """The wanted groups of a page, read piece by piece."""
    given = after_of(call.params, str)
    after, limit = given[0] if given else "", limit_of(call.params)
    found: list[Group] = []
    while len(found) <= limit:
        read = groups.groups_after(tx, call.account, call.region, after=after, rows_max=_READ_AT_ONCE)
        found.extend(filter(is_wanted, read))
        if len(read) < _READ_AT_ONCE:
            break
        after = read[-1].name
    shown, more = cut(found[: limit + 1], limit, lambda group: (group.name,))
    return list(shown), more


def _is_of_class(params: Mapping[str, Any], group: Group) -> bool:
    """Asked for one of the cheaper classes, AWS shows the groups of both."""
    asked = params.get("logGroupClass", group.log_class)
    return asked == group.log_class or (asked == "ESSENTIALS" and group.log_class == CLASSES[1])


def _refuse(params: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if params.get(name):
            raise errors.not_served(name)
