"""Groups: create, get, list, update, delete."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages import page_tokens
from eventyard.services.xray import errors
from eventyard.services.xray.model.groups import DEFAULT, GROUPS_MAX, Group
from eventyard.services.xray.operations.filtering import all_groups, compiled, find_group
from eventyard.services.xray.queries import settings
from eventyard.store.tx import Tx

GROUPS_A_PAGE = 100


def create_group(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Make a group, with tags."""
    _refuse_insights(call.params)
    name = call.params["GroupName"]
    if name.lower() == DEFAULT.lower():
        raise errors.group_name_reserved(name)
    made = settings.groups(tx, account=call.account, region=call.region)
    if any(group.name == name for group in made):
        raise errors.group_exists(name)
    if len(made) >= GROUPS_MAX:
        raise errors.too_many_groups()
    text = call.params.get("FilterExpression", "")
    compiled(tx, call, text)
    group_id = call.ids.uuid().replace("-", "").upper()
    group = Group(call.account, call.region, name, group_id, text, call.now_ms)
    settings.put_group(tx, group)
    settings.TAGS.put(tx, group.arn, [(tag["Key"], tag["Value"]) for tag in call.params.get("Tags", ())])
    return {"Group": group.shown()}


def get_group(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Show a group."""
    return {"Group": _named(tx, call).shown()}


def get_groups(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Show all groups, the default one first."""
    after = page_tokens.name_of(call.params.get("NextToken"))
    if after is None:
        raise errors.token_invalid()
    rows = [group for group in all_groups(tx, call) if not after or group.name > after]
    shown, token = page_tokens.cut(rows, GROUPS_A_PAGE, lambda group: group.name)
    answer: dict[str, Any] = {"Groups": [group.shown() for group in shown]}
    return {**answer, "NextToken": token} if token else answer


def update_group(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Give a group another filter."""
    _refuse_insights(call.params)
    group = _named(tx, call)
    if "FilterExpression" not in call.params:
        return {"Group": group.shown()}
    if group.name == DEFAULT:
        raise errors.group_name_reserved(group.name)
    text = call.params["FilterExpression"]
    compiled(tx, call, text)
    updated = replace(group, filter=text)
    settings.put_group(tx, updated)
    return {"Group": updated.shown()}


def delete_group(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Delete a group."""
    group = _named(tx, call)
    if group.name == DEFAULT:
        raise errors.group_name_reserved(group.name)
    settings.delete_group(tx, group)
    return {}


def _named(tx: Tx, call: Call[Mapping[str, Any]]) -> Group:
    return find_group(tx, call, name=call.params.get("GroupName"), arn=call.params.get("GroupARN"))


def _refuse_insights(params: Mapping[str, Any]) -> None:
    configuration = params.get("InsightsConfiguration", {})
    for name in ("InsightsEnabled", "NotificationsEnabled"):
        if configuration.get(name):
            raise errors.not_served(f"InsightsConfiguration.{name}")
