"""Time to live: whether a table's items expire, and by which attribute."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.dynamodb import errors, work
from eventyard.services.dynamodb.queries import tables
from eventyard.store.tx import Tx

Request = Call[Mapping[str, Any]]


def update_time_to_live(tx: Tx, call: Request) -> dict[str, Any]:
    """Turn expiry on or off; items that are there already are looked through in portions."""
    params = call.params
    wanted: Mapping[str, Any] = params["TimeToLiveSpecification"]
    attribute = wanted["AttributeName"]
    if not attribute:
        raise errors.invalid("TimeToLiveSpecification.AttributeName must be non empty")
    table = tables.named(tx, account=call.account, region=call.region, name=params["TableName"])
    if wanted["Enabled"] and table.ttl_attribute == attribute:
        raise errors.invalid("TimeToLive is already enabled")
    if not wanted["Enabled"] and table.ttl_attribute is None:
        raise errors.invalid("TimeToLive is already disabled")
    if table.ttl_attribute not in (None, attribute):
        raise errors.invalid(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {table.ttl_attribute}"
        )
    ttl = {"AttributeName": attribute} if wanted["Enabled"] else {}
    table = tables.redefine(tx, table, {**table.definition, "TimeToLive": ttl})
    if wanted["Enabled"]:
        work.survey_expiry(tx, call, table)
    return {"TimeToLiveSpecification": wanted}


def describe_time_to_live(tx: Tx, call: Request) -> dict[str, Any]:
    """Whether items expire, and by which attribute."""
    table = tables.named(tx, account=call.account, region=call.region, name=call.params["TableName"])
    if table.ttl_attribute is None:
        return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    return {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": table.ttl_attribute}}
