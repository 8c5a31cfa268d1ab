"""From the parameters of UpdateTable to a table's next definition, or AWS's refusal.

Source of the words: architect/dynalite, recorded from AWS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.services.dynamodb import errors
from eventyard.services.dynamodb.model.schemas import (
    GLOBAL_INDEXES_MAX,
    global_index,
    require_global_index,
    require_streams_off,
    require_throughput_bounds,
    sse_description,
    throughput_of,
)
from eventyard.services.dynamodb.model.tables import Definition

_PARAMETERS = (
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexUpdates",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "SSESpecification",
    "StreamSpecification",
    "TableClass",
)
_UNSERVED = (
    "ReplicaUpdates",
    "MultiRegionConsistency",
    "GlobalTableWitnessUpdates",
    "GlobalTableSettingsReplicationMode",
    "VectorIndexUpdates",
)
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Revision:
    """A table's next definition, the index to be filled, and the number of the one to be purged."""

    definition: dict[str, Any]
    created: str | None = None
    deleted: int | None = None


def revision_of(params: Params, definition: Definition, *, now_ms: int) -> Revision:
    """The revision that an UpdateTable asks for. Errors: as AWS refuses it."""
    for name in _UNSERVED:
        if params.get(name):
            raise errors.unserved(name)
    require_streams_off(params)
    if all(params.get(name) is None for name in _PARAMETERS):
        raise errors.invalid(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
            "SSESpecification or ReplicaUpdates is required"
        )
    revised = {**definition}
    _revise_settings(revised, params)
    _revise_billing(revised, params, now_ms=now_ms)
    return _revise_indexes(revised, params, now_ms=now_ms)


def _revise_settings(revised: dict[str, Any], params: Params) -> None:
    if "DeletionProtectionEnabled" in params:
        revised["DeletionProtectionEnabled"] = params["DeletionProtectionEnabled"]
    if "OnDemandThroughput" in params:
        revised["OnDemandThroughput"] = params["OnDemandThroughput"]
    if "TableClass" in params:
        revised["TableClassSummary"] = {"TableClass": params["TableClass"]}
    if "SSESpecification" in params:
        revised.pop("SSEDescription", None)
        sse = sse_description(params["SSESpecification"])
        if sse is not None:
            revised["SSEDescription"] = sse


def _revise_billing(revised: dict[str, Any], params: Params, *, now_ms: int) -> None:
    mode, given = params.get("BillingMode"), params.get("ProvisionedThroughput")
    was_on_demand = is_on_demand(revised)
    if mode == "PAY_PER_REQUEST" and given is not None:
        raise errors.invalid_parameters(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    if mode == "PAY_PER_REQUEST" and not was_on_demand:
        revised["BillingModeSummary"] = {"BillingMode": mode, "LastUpdateToPayPerRequestDateTime": now_ms}
        revised["ProvisionedThroughput"] = throughput_of(None)
        revised["GlobalSecondaryIndexes"] = [
            {**index, "ProvisionedThroughput": throughput_of(None)} for index in revised["GlobalSecondaryIndexes"]
        ]
        return
    if mode == "PROVISIONED" and was_on_demand:
        if given is None:
            raise errors.invalid_parameters(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
            )
        revised["BillingModeSummary"] = {**revised["BillingModeSummary"], "BillingMode": mode}
        was_on_demand = False
    if given is None:
        return
    if was_on_demand:
        raise errors.invalid_parameters(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    require_throughput_bounds(given)
    revised["ProvisionedThroughput"] = _changed(revised["ProvisionedThroughput"], given, "table", now_ms=now_ms)


def is_on_demand(definition: Definition) -> bool:
    """Whether the table is billed by the request."""
    summary: Mapping[str, Any] = definition.get("BillingModeSummary", {})
    return summary.get("BillingMode") == "PAY_PER_REQUEST"


def _changed(current: Mapping[str, Any], given: Mapping[str, Any], what: str, *, now_ms: int) -> dict[str, Any]:
    """The throughput after a change, which must be one."""
    units = ("ReadCapacityUnits", "WriteCapacityUnits")
    steps = [given[unit] - current[unit] for unit in units]
    if not any(steps):
        told = " ".join(
            f"Current {unit} provisioned for the {what}: {current[unit]}. Requested {unit}: {given[unit]}."
            for unit in units
        )
        raise errors.invalid(
            f"The provisioned throughput for the {what} will not change. The requested value equals the current "
            f"value. {told} Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
            "higher limits."
        )
    changed = {**current, **given}
    if max(steps) > 0:
        changed["LastIncreaseDateTime"] = now_ms
    if min(steps) < 0:
        changed["LastDecreaseDateTime"] = now_ms
        changed["NumberOfDecreasesToday"] = current.get("NumberOfDecreasesToday", 0) + 1
    return changed


def _revise_indexes(revised: dict[str, Any], params: Params, *, now_ms: int) -> Revision:
    created: list[str] = []
    deleted: list[int] = []
    _require_one_update_each(params.get("GlobalSecondaryIndexUpdates") or ())
    for update in params.get("GlobalSecondaryIndexUpdates") or ():
        if (new := update.get("Create")) is not None:
            created.append(_create(revised, params, new))
        elif (old := update.get("Delete")) is not None:
            deleted.append(_delete(revised, old["IndexName"]))
        else:
            _update(revised, update["Update"], now_ms=now_ms)
    if len(created) + len(deleted) > 1:
        raise errors.one_index_at_a_time()
    return Revision(revised, created[0] if created else None, deleted[0] if deleted else None)


def _require_one_update_each(updates: Any) -> None:
    names = set()
    for update in updates:
        given = next((update[kind] for kind in ("Update", "Create", "Delete") if update.get(kind)), None)
        if given is None:
            raise errors.invalid_parameters(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                "GlobalSecondaryIndexUpdate.Delete must not be null"
            )
        if given["IndexName"] in names:
            raise errors.invalid_parameters(
                "Only one global secondary index update per index is allowed simultaneously. "
                f"Index: {given['IndexName']}"
            )
        names.add(given["IndexName"])


def _create(revised: dict[str, Any], params: Params, new: Mapping[str, Any]) -> str:
    definitions = {entry["AttributeName"]: entry for entry in revised["AttributeDefinitions"]}
    definitions.update({entry["AttributeName"]: entry for entry in params.get("AttributeDefinitions") or ()})
    taken = [*revised["LocalSecondaryIndexes"], *revised["GlobalSecondaryIndexes"]]
    name: str = new["IndexName"]
    if any(index["IndexName"] == name for index in taken):
        raise errors.invalid("Attempting to create an index which already exists")
    require_global_index(new, list(definitions), is_on_demand=is_on_demand(revised))
    if len(revised["GlobalSecondaryIndexes"]) >= GLOBAL_INDEXES_MAX:
        raise errors.invalid_parameters(
            f"GlobalSecondaryIndex count exceeds the per-table limit of {GLOBAL_INDEXES_MAX}"
        )
    number = revised["NextNumber"]
    revised["NextNumber"] = number + 1
    revised["GlobalSecondaryIndexes"] = [
        *revised["GlobalSecondaryIndexes"],
        global_index(new, number, status="CREATING"),
    ]
    revised["AttributeDefinitions"] = _used_definitions(revised, list(definitions.values()))
    return name


def _delete(revised: dict[str, Any], name: str) -> int:
    index = _index(revised, name)
    revised["GlobalSecondaryIndexes"] = [entry for entry in revised["GlobalSecondaryIndexes"] if entry is not index]
    revised["AttributeDefinitions"] = _used_definitions(revised, revised["AttributeDefinitions"])
    return int(index["Number"])


def _update(revised: dict[str, Any], update: Mapping[str, Any], *, now_ms: int) -> None:
    index = _index(revised, update["IndexName"])
    changed = {**index}
    if (given := update.get("ProvisionedThroughput")) is not None:
        require_throughput_bounds(given, update["IndexName"])
        changed["ProvisionedThroughput"] = _changed(
            index["ProvisionedThroughput"], given, f"index {update['IndexName']}", now_ms=now_ms
        )
    if "OnDemandThroughput" in update:
        changed["OnDemandThroughput"] = update["OnDemandThroughput"]
    revised["GlobalSecondaryIndexes"] = [
        changed if entry is index else entry for entry in revised["GlobalSecondaryIndexes"]
    ]


def _index(revised: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = next(
        (index for index in revised["GlobalSecondaryIndexes"] if index["IndexName"] == name), None
    )
    if found is None:
        raise AwsError("ResourceNotFoundException", "Requested resource not found")
    return found


def _used_definitions(revised: Mapping[str, Any], definitions: list[Any]) -> list[Any]:
    """The definitions that a key uses; those of a deleted index go with it."""
    schemas = [revised["KeySchema"]]
    schemas += [index["KeySchema"] for index in (*revised["LocalSecondaryIndexes"], *revised["GlobalSecondaryIndexes"])]
    used = {element["AttributeName"] for schema in schemas for element in schema}
    return [entry for entry in definitions if entry["AttributeName"] in used]
