"""Log groups: create, describe, delete, retention, tags."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.logs import errors
from eventyard.services.logs.model.events import RETENTION_DAYS
from eventyard.services.logs.queries import events as queries
from eventyard.services.logs.work.finding import RETENTION_TIMER, existing_group, group_named
from eventyard.store.tx import Tx

_PAGE = 50


def create_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Make a group that keeps its events for good until it is told a retention."""
    params = call.params
    if params.get("kmsKeyId"):
        raise errors.not_served("kmsKeyId")
    if params.get("logGroupClass", "STANDARD") != "STANDARD":
        raise errors.not_served(f"logGroupClass {params['logGroupClass']}")
    if params.get("deletionProtectionEnabled"):
        raise errors.not_served("deletionProtectionEnabled")
    name = params["logGroupName"]
    if queries.find_group(tx, call.account, call.region, name) is not None:
        raise errors.group_exists()
    queries.insert_group(
        tx, account=call.account, region=call.region, name=name, now_ms=call.now_ms, tags=params.get("tags", {})
    )


def describe_log_groups(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Groups by name: those that begin with a prefix, or have a pattern in their name whatever its case.

    There are none of another class than STANDARD, and no accounts that are linked.
    """
    params = call.params
    for name in ("includeLinkedAccounts", "accountIdentifiers"):
        if params.get(name):
            raise errors.not_served(name)
    prefix, part = params.get("logGroupNamePrefix", ""), params.get("logGroupNamePattern", "")
    if prefix and part:
        raise errors.invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
    limit = params.get("limit", _PAGE)
    wanted = set(params.get("logGroupIdentifiers", ()))
    shown = [
        group
        for group in queries.groups(
            tx, call.account, call.region, after=params.get("nextToken", ""), rows_max=1_000_000
        )
        if group.name.startswith(prefix)
        and part.lower() in group.name.lower()
        and params.get("logGroupClass", "STANDARD") == "STANDARD"
        and (not wanted or wanted & {group.name, group.arn, f"{group.arn}:*"})
    ]
    more = {"nextToken": shown[limit - 1].name} if len(shown) > limit else {}
    return {"logGroups": [group.shown() for group in shown[:limit]], **more}


def delete_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Delete the group with its streams and events."""
    queries.delete_group(tx, existing_group(tx, call).id)


def put_retention_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Forget the group's events after that many days."""
    days = call.params["retentionInDays"]
    if days not in RETENTION_DAYS:
        raise errors.invalid(
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member "
            f"must satisfy enum value set: [{', '.join(map(str, RETENTION_DAYS))}]"
        )
    group = existing_group(tx, call)
    queries.set_retention(tx, group.id, days)
    call.later(tx, kind=RETENTION_TIMER, key=str(group.id), at_ms=call.now_ms)


def delete_retention_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Keep the group's events for good again."""
    queries.set_retention(tx, existing_group(tx, call).id, None)


def tag_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """The older way to add tags to a group."""
    group = existing_group(tx, call)
    queries.put_tags(tx, group.id, {**queries.tags(tx, group.id), **call.params["tags"]})


def untag_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """The older way to take tags off a group."""
    group = existing_group(tx, call)
    kept = {name: text for name, text in queries.tags(tx, group.id).items() if name not in call.params["tags"]}
    queries.put_tags(tx, group.id, kept)


def list_tags_log_group(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The older way to ask for a group's tags."""
    return {"tags": queries.tags(tx, existing_group(tx, call).id)}


def tag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Add tags to a group, or give them other values."""
    group = group_named(tx, call, call.params["resourceArn"])
    queries.put_tags(tx, group.id, {**queries.tags(tx, group.id), **call.params["tags"]})


def untag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Take tags off a group; those it does not have do no harm."""
    group = group_named(tx, call, call.params["resourceArn"])
    kept = {name: text for name, text in queries.tags(tx, group.id).items() if name not in call.params["tagKeys"]}
    queries.put_tags(tx, group.id, kept)


def list_tags_for_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The tags of the group that the ARN names."""
    return {"tags": queries.tags(tx, group_named(tx, call, call.params["resourceArn"]).id)}
