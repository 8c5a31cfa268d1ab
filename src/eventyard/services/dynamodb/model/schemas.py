"""From the parameters of CreateTable to a table's definition, or AWS's refusal.

Source of the words and their order: architect/dynalite, recorded from AWS; nubo-db/dynamodb-conformance.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.services.dynamodb import errors
from eventyard.services.dynamodb.model.encryption import sse_description
from eventyard.services.dynamodb.model.throughput import initial_warm, on_demand_caps, without_lifted

LOCAL_INDEXES_MAX = 5
GLOBAL_INDEXES_MAX = 20
NON_KEY_ATTRIBUTES_MAX = 100
THROUGHPUT_MAX = 1_000_000_000_000
_UNSERVED = ("ResourcePolicy", "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode", "VectorIndexes")

Params = Mapping[str, Any]


def definition_of(params: Params, *, account: str, region: str, table_id: str, now_ms: int) -> dict[str, Any]:
    """The definition of a new table. Errors: ValidationException in AWS's words."""
    _require_served(params)
    _require_named_keys(params)
    _require_throughput(params)
    is_on_demand = params.get("BillingMode") == "PAY_PER_REQUEST"
    types = _types(params["AttributeDefinitions"])
    _require_key_schema(params["KeySchema"], list(types))
    indexes = [*(params.get("LocalSecondaryIndexes") or ()), *(params.get("GlobalSecondaryIndexes") or ())]
    if not indexes and len(params["KeySchema"]) != len(types):
        raise errors.invalid_parameters(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions"
        )
    names: set[str] = set()
    _require_local_indexes(params, list(types), names)
    _require_global_indexes(params, list(types), names)
    _require_all_used(params["KeySchema"], indexes, list(types))
    require_projected_attributes(indexes)
    provisioned = throughput_of(params.get("ProvisionedThroughput"))
    local = [_local(entry, number) for number, entry in enumerate(params.get("LocalSecondaryIndexes") or (), 1)]
    defined: dict[str, Any] = {
        "TableId": table_id,
        "AttributeDefinitions": params["AttributeDefinitions"],
        "KeySchema": params["KeySchema"],
        "ProvisionedThroughput": provisioned,
        "WarmThroughput": initial_warm(
            params.get("WarmThroughput"), provisioned, what="table", is_on_demand=is_on_demand, region=region
        ),
        "DeletionProtectionEnabled": params.get("DeletionProtectionEnabled", False),
        "LocalSecondaryIndexes": local,
        "GlobalSecondaryIndexes": [
            global_index(entry, number, status="ACTIVE", is_on_demand=is_on_demand, region=region)
            for number, entry in enumerate(params.get("GlobalSecondaryIndexes") or (), len(local) + 1)
        ],
        "NextNumber": len(indexes) + 1,
    }
    if is_on_demand:
        defined["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": now_ms}
    if given := params.get("OnDemandThroughput"):
        defined["OnDemandThroughput"] = on_demand_caps(given, what="table", is_on_demand=is_on_demand, region=region)
    if "TableClass" in params:
        defined["TableClassSummary"] = {"TableClass": params["TableClass"]}
    sse = sse_description(params.get("SSESpecification"), account=account, region=region)
    if sse is not None:
        defined["SSEDescription"] = sse
    return defined


def throughput_of(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The stored form of a `ProvisionedThroughput`; zero units on demand."""
    units = given or {}
    return {
        "NumberOfDecreasesToday": 0,
        "ReadCapacityUnits": units.get("ReadCapacityUnits", 0),
        "WriteCapacityUnits": units.get("WriteCapacityUnits", 0),
    }


def global_index(
    entry: Mapping[str, Any], number: int, *, status: str, is_on_demand: bool, region: str
) -> dict[str, Any]:
    """The stored form of a global index."""
    what = f"index {entry['IndexName']}"
    provisioned = throughput_of(entry.get("ProvisionedThroughput"))
    stored = {
        "Number": number,
        "IndexName": entry["IndexName"],
        "KeySchema": entry["KeySchema"],
        "Projection": entry["Projection"],
        "IndexStatus": status,
        "ProvisionedThroughput": provisioned,
        "WarmThroughput": initial_warm(
            entry.get("WarmThroughput"), provisioned, what=what, is_on_demand=is_on_demand, region=region
        ),
    }
    if given := entry.get("OnDemandThroughput"):
        stored["OnDemandThroughput"] = without_lifted(
            on_demand_caps(given, what=what, is_on_demand=is_on_demand, region=region)
        )
    return stored


def require_streams_off(params: Params) -> None:
    """Refuse a stream, which this version does not have."""
    stream = params.get("StreamSpecification") or {}
    if stream.get("StreamEnabled"):
        raise errors.unserved("StreamSpecification with StreamEnabled")
    if "StreamViewType" in stream:
        raise errors.invalid_parameters("StreamViewType cannot be specified when StreamEnabled is false")


def require_global_index(entry: Mapping[str, Any], definitions: Sequence[str], *, is_on_demand: bool) -> None:
    """Refuse a global index whose key, projection or throughput is not right."""
    name = entry["IndexName"]
    _require_key_schema(entry["KeySchema"], definitions)
    _require_projection(entry["Projection"])
    given = entry.get("ProvisionedThroughput")
    if is_on_demand and given is not None:
        raise errors.invalid_parameters(
            f"ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
        )
    if not is_on_demand and given is None:
        raise errors.invalid_parameters(
            f"ReadCapacityUnits and WriteCapacityUnits must both be specified for index: {name}"
        )


def require_projected_attributes(indexes: Sequence[Mapping[str, Any]]) -> None:
    """Refuse more projected attributes than a table's indexes may have together.

    Source: developer guide "Quotas"; the words are Unverified.
    """
    count = sum(len(entry["Projection"].get("NonKeyAttributes") or ()) for entry in indexes)
    if count > NON_KEY_ATTRIBUTES_MAX:
        raise errors.invalid_parameters(
            f"Number of NonKeyAttributes in all secondary indexes exceeds the limit of {NON_KEY_ATTRIBUTES_MAX}"
        )


def _types(definitions: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The type of each attribute, which is defined once."""
    types: dict[str, str] = {}
    for entry in definitions:
        if entry["AttributeName"] in types:
            raise errors.invalid(f"Attribute Name is duplicated: {entry['AttributeName']}")
        types[entry["AttributeName"]] = entry["AttributeType"]
    return types


def _local(entry: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {"Number": number, **{name: entry[name] for name in ("IndexName", "KeySchema", "Projection")}}


def _require_named_keys(params: Params) -> None:
    """The model asks for neither, since a replica of a global table takes them over; any other table needs both."""
    missing = [name for name in ("attributeDefinitions", "keySchema") if name[0].upper() + name[1:] not in params]
    if missing:
        problems = "; ".join(
            f"Value null at '{name}' failed to satisfy constraint: Member must not be null" for name in missing
        )
        plural = "s" if len(missing) > 1 else ""
        raise errors.invalid(f"{len(missing)} validation error{plural} detected: {problems}")


def _require_served(params: Params) -> None:
    require_streams_off(params)
    for name in _UNSERVED:
        if params.get(name):
            raise errors.unserved(name)


def _require_throughput(params: Params) -> None:
    given = params.get("ProvisionedThroughput")
    if params.get("BillingMode") == "PAY_PER_REQUEST":
        if given is not None:
            raise errors.invalid_parameters(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
            )
        return
    if given is None:
        raise errors.invalid_parameters(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
    require_throughput_bounds(given)


def require_throughput_bounds(given: Mapping[str, Any], index: str = "") -> None:
    """Refuse more units than there can be."""
    for name in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if given[name] > THROUGHPUT_MAX:
            told = f" for index {index}" if index else ""
            raise errors.invalid(f"Given value {given[name]} for {name} is out of bounds{told}")


def _require_key_schema(elements: Sequence[Mapping[str, str]], definitions: Sequence[str]) -> None:
    names = [element["AttributeName"] for element in elements]
    if len(names) > 2:
        shown = ", ".join(
            f"KeySchemaElement(attributeName={element['AttributeName']}, keyType={element['KeyType']})"
            for element in elements
        )
        raise errors.invalid(
            f"1 validation error detected: Value '[{shown}]' at 'keySchema' failed to satisfy constraint: "
            "Member must have length less than or equal to 2"
        )
    if len(names) > len(definitions):
        raise errors.invalid("Invalid KeySchema: Some index key attribute have no definition")
    if not set(names) <= set(definitions):
        raise errors.invalid_parameters(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(names)}], AttributeDefinitions: [{', '.join(definitions)}]"
        )
    if len(set(names)) < len(names):
        raise errors.invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
    if elements[0]["KeyType"] != "HASH":
        raise errors.invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if len(elements) > 1 and elements[1]["KeyType"] != "RANGE":
        raise errors.invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")


def _require_projection(projection: Mapping[str, Any]) -> None:
    kind, included = projection.get("ProjectionType"), projection.get("NonKeyAttributes")
    if kind is None:
        raise errors.invalid_parameters("Unknown ProjectionType: null")
    if included is not None and kind != "INCLUDE":
        raise errors.invalid_parameters(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
    if kind == "INCLUDE" and not included:
        raise errors.invalid_parameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")


def _require_new_name(name: str, names: set[str]) -> None:
    if name in names:
        raise errors.invalid_parameters(f"Duplicate index name: {name}")
    names.add(name)


def _require_local_indexes(params: Params, definitions: Sequence[str], names: set[str]) -> None:
    indexes = params.get("LocalSecondaryIndexes")
    if indexes is None:
        return
    if not indexes:
        raise errors.invalid_parameters("List of LocalSecondaryIndexes is empty")
    if len(params["KeySchema"]) < 2:
        raise errors.invalid_parameters(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        )
    table_hash = params["KeySchema"][0]["AttributeName"]
    for entry in indexes:
        name = entry["IndexName"]
        _require_key_schema(entry["KeySchema"], definitions)
        if len(entry["KeySchema"]) < 2:
            raise errors.invalid_parameters(f"Index KeySchema does not have a range key for index: {name}")
        index_hash = entry["KeySchema"][0]["AttributeName"]
        if index_hash != table_hash:
            raise errors.invalid_parameters(
                f"Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. "
                f"index hash key: {index_hash}, table hash key: {table_hash}"
            )
        _require_projection(entry["Projection"])
        _require_new_name(name, names)
    if len(indexes) > LOCAL_INDEXES_MAX:
        raise errors.invalid_parameters(
            f"Number of LocalSecondaryIndexes exceeds per-table limit of {LOCAL_INDEXES_MAX}"
        )


def _require_global_indexes(params: Params, definitions: Sequence[str], names: set[str]) -> None:
    indexes = params.get("GlobalSecondaryIndexes")
    if indexes is None:
        return
    if not indexes:
        raise errors.invalid_parameters("List of GlobalSecondaryIndexes is empty")
    for entry in indexes:
        require_global_index(entry, definitions, is_on_demand=params.get("BillingMode") == "PAY_PER_REQUEST")
        _require_new_name(entry["IndexName"], names)
    if len(indexes) > GLOBAL_INDEXES_MAX:
        raise errors.invalid_parameters(
            f"GlobalSecondaryIndex count exceeds the per-table limit of {GLOBAL_INDEXES_MAX}"
        )


def _require_all_used(
    key: Sequence[Mapping[str, str]], indexes: Sequence[Mapping[str, Any]], definitions: Sequence[str]
) -> None:
    """Every defined attribute belongs to a key."""
    used = {element["AttributeName"] for element in key}
    for entry in indexes:
        used.update(element["AttributeName"] for element in entry["KeySchema"])
    if not set(definitions) <= used:
        raise errors.invalid_parameters(
            "Some AttributeDefinitions are not used. "
            f"AttributeDefinitions: [{', '.join(definitions)}], keys used: [{', '.join(sorted(used))}]"
        )
