"""From the parameters of UpdateTable to a table's next definition, or AWS's refusal.

Source of the words: architect/dynalite, recorded from AWS; ack-api-quirks, asked of AWS on 2026-10-08 and -09.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventyard.services.dynamodb import errors
from eventyard.services.dynamodb.model.encryption import sse_description
from eventyard.services.dynamodb.model.schemas import (
    GLOBAL_INDEXES_MAX,
    global_index,
    require_global_index,
    require_projected_attributes,
    require_streams_off,
    require_throughput_bounds,
    throughput_of,
)
from eventyard.services.dynamodb.model.tables import Definition, Table, is_on_demand, warmth_of
from eventyard.services.dynamodb.model.throughput import (
    ON_DEMAND_INITIAL,
    least_warm,
    on_demand_caps,
    raised_warm,
    warmest,
    without_lifted,
)

_PARAMETERS = (
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexUpdates",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "SSESpecification",
    "StreamSpecification",
    "TableClass",
    "WarmThroughput",
)
_DONE_AT_ONCE = frozenset({"OnDemandThroughput", "WarmThroughput"})
"""What leaves the table ACTIVE."""
_UNSERVED = (
    "ReplicaUpdates",
    "MultiRegionConsistency",
    "GlobalTableWitnessUpdates",
    "GlobalTableSettingsReplicationMode",
    "DisassociationProtectionEnabled",
    "VectorIndexUpdates",
)
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Revision:
    """A table's next definition, the index to be filled, and the number of the one to be purged.

    `shown` and `status` are what the answer tells: units as they were before, and what is under way.
    """

    definition: dict[str, Any]
    shown: Definition
    status: str
    created: str | None = None
    deleted: int | None = None


def revision_of(params: Params, table: Table, *, now_ms: int) -> Revision:
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
    revised = {**table.definition}
    _revise_settings(revised, params, table)
    _revise_billing(revised, params, now_ms=now_ms)
    _revise_throughput(revised, params, table)
    created, deleted = _revise_indexes(revised, params, table, now_ms=now_ms)
    return Revision(revised, _shown(revised, params, table.definition), _status(params), created, deleted)


def _status(params: Params) -> str:
    changed = {name for name in _PARAMETERS if params.get(name) is not None}
    updates = params.get("GlobalSecondaryIndexUpdates") or ()
    if updates and all(update.get("Update") is not None for update in updates):
        changed.discard("GlobalSecondaryIndexUpdates")
    return "ACTIVE" if changed <= _DONE_AT_ONCE else "UPDATING"


def _shown(revised: Definition, params: Params, before: Definition) -> dict[str, Any]:
    """The definition that the answer tells."""
    shown = {**revised}
    if params.get("ProvisionedThroughput") is not None and not is_on_demand(before):
        shown["ProvisionedThroughput"] = _as_before(revised, before)
    if params.get("WarmThroughput"):
        warmth = warmth_of(before, is_on_demand=is_on_demand(before))
        shown["WarmThroughput"] = {**warmth, "Status": "UPDATING"}
    sse = before.get("SSEDescription", revised.get("SSEDescription"))
    if sse is not None and before.get("SSEDescription") != revised.get("SSEDescription"):
        shown["SSEDescription"] = {**sse, "Status": "UPDATING"}
    updated = {update["Update"]["IndexName"]: update["Update"] for update in _updates(params) if update.get("Update")}
    former = {index["IndexName"]: index for index in before["GlobalSecondaryIndexes"]}
    indexes = [
        _index_shown(index, former[index["IndexName"]], updated[index["IndexName"]])
        if index["IndexName"] in updated
        else index
        for index in revised["GlobalSecondaryIndexes"]
    ]
    names = {index["IndexName"] for index in revised["GlobalSecondaryIndexes"]}
    gone = [{**index, "IndexStatus": "DELETING"} for name, index in former.items() if name not in names]
    return {**shown, "GlobalSecondaryIndexes": [*indexes, *gone]}


def _index_shown(index: Definition, before: Definition, update: Params) -> dict[str, Any]:
    shown = {**index}
    if "ProvisionedThroughput" in update:
        shown["ProvisionedThroughput"] = _as_before(index, before)
    if update.get("WarmThroughput") and "WarmThroughput" in before:
        shown["WarmThroughput"] = {**before["WarmThroughput"], "Status": "UPDATING"}
    if "ProvisionedThroughput" in update or "OnDemandThroughput" in update:
        shown["IndexStatus"] = "UPDATING"
    return shown


def _as_before(after: Definition, before: Definition) -> dict[str, Any]:
    """The units before a change, with its instant."""
    kept = ("ReadCapacityUnits", "WriteCapacityUnits", "NumberOfDecreasesToday")
    units = before["ProvisionedThroughput"]
    return {**after["ProvisionedThroughput"], **{name: units[name] for name in kept if name in units}}


def _updates(params: Params) -> Sequence[Params]:
    return params.get("GlobalSecondaryIndexUpdates") or ()


def _revise_settings(revised: dict[str, Any], params: Params, table: Table) -> None:
    if "DeletionProtectionEnabled" in params:
        revised["DeletionProtectionEnabled"] = params["DeletionProtectionEnabled"]
    if "TableClass" in params:
        revised["TableClassSummary"] = {"TableClass": params["TableClass"]}
    if "SSESpecification" in params:
        revised.pop("SSEDescription", None)
        sse = sse_description(params["SSESpecification"], account=table.account, region=table.region)
        if sse is not None:
            revised["SSEDescription"] = sse


def _revise_throughput(revised: dict[str, Any], params: Params, table: Table) -> None:
    """The caps and the warmth, by the billing that comes."""
    on_demand = is_on_demand(revised)
    if given := params.get("OnDemandThroughput"):
        caps = on_demand_caps(given, what="table", is_on_demand=on_demand, region=table.region, is_update=True)
        revised["OnDemandThroughput"] = without_lifted({**revised.get("OnDemandThroughput", {}), **caps})
        if not revised["OnDemandThroughput"]:
            del revised["OnDemandThroughput"]
    before = warmth_of(table.definition, is_on_demand=is_on_demand(table.definition))
    if given := params.get("WarmThroughput"):
        before = raised_warm(before, given, what="table", region=table.region)
    least = least_warm(revised["ProvisionedThroughput"], is_on_demand=on_demand)
    revised["WarmThroughput"] = warmest(before, least)


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
            {
                **index,
                "ProvisionedThroughput": throughput_of(None),
                "WarmThroughput": warmest(warmth_of(index, is_on_demand=False), ON_DEMAND_INITIAL),
            }
            for index in revised["GlobalSecondaryIndexes"]
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


def _revise_indexes(
    revised: dict[str, Any], params: Params, table: Table, *, now_ms: int
) -> tuple[str | None, int | None]:
    """The name of the index that is created, and the number of the one that is deleted."""
    created: list[str] = []
    deleted: list[int] = []
    updates = _updates(params)
    _require_one_update_each(updates)
    if sum(update.get("Update") is None for update in updates) > 1:
        raise errors.one_index_at_a_time()
    for update in updates:
        if (new := update.get("Create")) is not None:
            created.append(_create(revised, params, new, table))
        elif (old := update.get("Delete")) is not None:
            deleted.append(_delete(revised, old["IndexName"], table))
        else:
            _update(revised, update["Update"], table, now_ms=now_ms)
    _require_provisioned(revised)
    return (created[0] if created else None), (deleted[0] if deleted else None)


def _require_provisioned(revised: Definition) -> None:
    """Refuse a change to provisioned billing that leaves an index without units."""
    for index in revised["GlobalSecondaryIndexes"]:
        if not is_on_demand(revised) and not index["ProvisionedThroughput"]["ReadCapacityUnits"]:
            raise errors.invalid_parameters(f"ProvisionedThroughput must be specified for index: {index['IndexName']}")


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


def _create(revised: dict[str, Any], params: Params, new: Mapping[str, Any], table: Table) -> str:
    definitions = {entry["AttributeName"]: entry for entry in revised["AttributeDefinitions"]}
    for entry in params.get("AttributeDefinitions") or ():
        if definitions.setdefault(entry["AttributeName"], entry)["AttributeType"] != entry["AttributeType"]:
            raise errors.invalid_parameters(f"Attribute {entry['AttributeName']} is defined with another type already")
    taken = [*revised["LocalSecondaryIndexes"], *revised["GlobalSecondaryIndexes"]]
    name: str = new["IndexName"]
    if any(index["IndexName"] == name for index in taken):
        raise errors.invalid("Attempting to create an index which already exists")
    require_global_index(new, list(definitions), is_on_demand=is_on_demand(revised))
    if len(revised["GlobalSecondaryIndexes"]) >= GLOBAL_INDEXES_MAX:
        raise errors.quota_exceeded(
            f"Number of global secondary indexes exceeds per-table limit of {GLOBAL_INDEXES_MAX}"
        )
    require_projected_attributes([*taken, new])
    number = revised["NextNumber"]
    revised["NextNumber"] = number + 1
    revised["GlobalSecondaryIndexes"] = [
        *revised["GlobalSecondaryIndexes"],
        global_index(new, number, status="CREATING", is_on_demand=is_on_demand(revised), region=table.region),
    ]
    revised["AttributeDefinitions"] = _used_definitions(revised, list(definitions.values()))
    return name


def _delete(revised: dict[str, Any], name: str, table: Table) -> int:
    index = _index(revised, name, table, verb="delete")
    revised["GlobalSecondaryIndexes"] = [entry for entry in revised["GlobalSecondaryIndexes"] if entry is not index]
    revised["AttributeDefinitions"] = _used_definitions(revised, revised["AttributeDefinitions"])
    return int(index["Number"])


def _update(revised: dict[str, Any], update: Mapping[str, Any], table: Table, *, now_ms: int) -> None:
    name = update["IndexName"]
    if update.get("WarmThroughput") == {}:
        raise errors.invalid_parameters(
            "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: "
            + name
        )
    index = _index(revised, name, table, verb="update")
    on_demand, what = is_on_demand(revised), f"index {name}"
    given = update.get("ProvisionedThroughput")
    if on_demand and (given is not None or not (update.get("OnDemandThroughput") or update.get("WarmThroughput"))):
        raise errors.invalid_parameters(
            f"The only Updates for index: {name} when TableThroughputMode is PAY_PER_REQUEST can be to "
            "OnDemandThroughput, WarmThroughput"
        )
    changed = {**index}
    warmth = warmth_of(index, is_on_demand=on_demand)
    if given is not None:
        require_throughput_bounds(given, name)
        changed["ProvisionedThroughput"] = _changed(index["ProvisionedThroughput"], given, what, now_ms=now_ms)
        warmth = warmest(warmth, least_warm(changed["ProvisionedThroughput"], is_on_demand=on_demand))
    if caps := update.get("OnDemandThroughput"):
        caps = on_demand_caps(caps, what=what, is_on_demand=on_demand, region=table.region, is_update=True)
        changed["OnDemandThroughput"] = without_lifted({**index.get("OnDemandThroughput", {}), **caps})
        if not changed["OnDemandThroughput"]:
            del changed["OnDemandThroughput"]
    if raised := update.get("WarmThroughput"):
        warmth = raised_warm(warmth, raised, what=what, region=table.region)
    changed["WarmThroughput"] = warmth
    revised["GlobalSecondaryIndexes"] = [
        changed if entry is index else entry for entry in revised["GlobalSecondaryIndexes"]
    ]


def _index(revised: Mapping[str, Any], name: str, table: Table, *, verb: str) -> Mapping[str, Any]:
    if any(index["IndexName"] == name for index in revised["LocalSecondaryIndexes"]):
        raise errors.invalid(f"Cannot {verb} an index that is not a GlobalSecondaryIndex: {name}")
    found: Mapping[str, Any] | None = next(
        (index for index in revised["GlobalSecondaryIndexes"] if index["IndexName"] == name), None
    )
    if found is None:
        raise errors.index_missing(name, table.name)
    return found


def _used_definitions(revised: Mapping[str, Any], definitions: list[Any]) -> list[Any]:
    """The definitions that a key uses; those of a deleted index go with it."""
    schemas = [revised["KeySchema"]]
    schemas += [index["KeySchema"] for index in (*revised["LocalSecondaryIndexes"], *revised["GlobalSecondaryIndexes"])]
    used = {element["AttributeName"] for schema in schemas for element in schema}
    return [entry for entry in definitions if entry["AttributeName"] in used]
