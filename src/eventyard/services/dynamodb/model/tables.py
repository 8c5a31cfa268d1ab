"""What a table is: its key, its indexes, and how it is described.

A table is kept as its definition, a JSON object in AWS's own words (`KeySchema`, `GlobalSecondaryIndexes`, ...), to
which we add `Number` for each index (never used twice), `NextNumber`, and `TimeToLive`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eventyard.languages.dynamodb.keys import KeyAttribute, KeySchema
from eventyard.services.dynamodb.model.names import table_arn
from eventyard.services.dynamodb.model.throughput import least_warm

_WITHOUT_WARM_THROUGHPUT = ("CREATING", "DELETING")
"""Source: LocalStack's recordings of AWS, 2024."""

Definition = Mapping[str, Any]
Sizes = Mapping[int, tuple[int, int]]
"""(items, bytes) by index number; 0 is the table itself."""


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index. `included` are the further attributes of an INCLUDE projection."""

    number: int
    name: str
    is_global: bool
    key: KeySchema
    projection: str
    included: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class Table:
    """One table."""

    id: int
    account: str
    region: str
    name: str
    created_at_ms: int
    definition: Definition

    @property
    def arn(self) -> str:
        return table_arn(self.account, self.region, self.name)

    @cached_property
    def key(self) -> KeySchema:
        return _key(self.definition["KeySchema"], self._types)

    @cached_property
    def indexes(self) -> tuple[Index, ...]:
        """All indexes that are written to, one that is still being filled included."""
        return tuple(
            _index(described, self._types, is_global=kind == "GlobalSecondaryIndexes")
            for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
            for described in self.definition.get(kind, ())
        )

    @cached_property
    def has_collections(self) -> bool:
        """Item collections are counted where there is a local index."""
        return any(not index.is_global for index in self.indexes)

    @cached_property
    def key_names(self) -> frozenset[str]:
        """Attributes of the table's key and of its indexes' keys."""
        return frozenset(name for key in (self.key, *(index.key for index in self.indexes)) for name in key.names)

    @property
    def ttl_attribute(self) -> str | None:
        ttl: Mapping[str, Any] = self.definition.get("TimeToLive", {})
        return ttl.get("AttributeName")

    @cached_property
    def _types(self) -> Mapping[str, str]:
        return {entry["AttributeName"]: entry["AttributeType"] for entry in self.definition["AttributeDefinitions"]}

    def index(self, name: str) -> Index | None:
        """The index of that name."""
        return next((index for index in self.indexes if index.name == name), None)


def describe(table: Table, sizes: Sizes, *, status: str = "ACTIVE") -> dict[str, Any]:
    """The `TableDescription`."""
    definition = table.definition
    items, size_bytes = sizes.get(0, (0, 0))
    described = {
        "AttributeDefinitions": definition["AttributeDefinitions"],
        "TableName": table.name,
        "KeySchema": definition["KeySchema"],
        "TableStatus": status,
        "CreationDateTime": table.created_at_ms,
        "ProvisionedThroughput": _throughput(definition["ProvisionedThroughput"]),
        "TableSizeBytes": size_bytes,
        "ItemCount": items,
        "TableArn": table.arn,
        "TableId": definition["TableId"],
        "DeletionProtectionEnabled": definition["DeletionProtectionEnabled"],
    }
    for name in ("BillingModeSummary", "TableClassSummary", "OnDemandThroughput", "SSEDescription"):
        if name in definition:
            described[name] = definition[name]
    if status == "CREATING" and "BillingModeSummary" in described:
        described["BillingModeSummary"] = {"BillingMode": definition["BillingModeSummary"]["BillingMode"]}
    if status not in _WITHOUT_WARM_THROUGHPUT:
        described["WarmThroughput"] = _warm_throughput(definition, is_on_demand=is_on_demand(definition))
    for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        if definition.get(kind):
            described[kind] = [_describe_index(table, entry, kind, sizes, status) for entry in definition[kind]]
    return described


def _describe_index(
    table: Table, entry: Mapping[str, Any], kind: str, sizes: Sizes, table_status: str
) -> dict[str, Any]:
    items, size_bytes = sizes.get(entry["Number"], (0, 0))
    described = {
        "IndexName": entry["IndexName"],
        "KeySchema": entry["KeySchema"],
        "Projection": entry["Projection"],
        "IndexSizeBytes": size_bytes,
        "ItemCount": items,
        "IndexArn": f"{table.arn}/index/{entry['IndexName']}",
    }
    if kind == "LocalSecondaryIndexes":
        return described
    status = table_status if table_status != "UPDATING" and entry["IndexStatus"] == "ACTIVE" else entry["IndexStatus"]
    described["IndexStatus"] = status
    if entry["IndexStatus"] == "CREATING":
        described["Backfilling"] = table_status != "UPDATING"
    described["ProvisionedThroughput"] = _throughput(entry["ProvisionedThroughput"])
    if "OnDemandThroughput" in entry:
        described["OnDemandThroughput"] = entry["OnDemandThroughput"]
    if table_status not in _WITHOUT_WARM_THROUGHPUT:
        described["WarmThroughput"] = _warm_throughput(entry, is_on_demand=is_on_demand(table.definition))
    return described


def _throughput(stored: Mapping[str, Any]) -> dict[str, Any]:
    changed = {
        name: stored[name] for name in ("LastIncreaseDateTime", "LastDecreaseDateTime") if stored.get(name) is not None
    }
    return {
        **changed,
        "NumberOfDecreasesToday": stored.get("NumberOfDecreasesToday", 0),
        "ReadCapacityUnits": stored["ReadCapacityUnits"],
        "WriteCapacityUnits": stored["WriteCapacityUnits"],
    }


def is_on_demand(definition: Definition) -> bool:
    """Whether the table is billed by the request."""
    summary: Mapping[str, Any] = definition.get("BillingModeSummary", {})
    return summary.get("BillingMode") == "PAY_PER_REQUEST"


def warmth_of(stored: Mapping[str, Any], *, is_on_demand: bool) -> Mapping[str, Any]:
    """The stored `WarmThroughput` of a table or index; the least for one from before it was kept."""
    kept: Mapping[str, Any] | None = stored.get("WarmThroughput")
    return kept if kept is not None else least_warm(stored["ProvisionedThroughput"], is_on_demand=is_on_demand)


def _warm_throughput(stored: Mapping[str, Any], *, is_on_demand: bool) -> dict[str, Any]:
    return {"Status": "ACTIVE", **warmth_of(stored, is_on_demand=is_on_demand)}


def _key(elements: Sequence[Mapping[str, str]], types: Mapping[str, str]) -> KeySchema:
    names = [element["AttributeName"] for element in elements]
    attributes = [KeyAttribute(name, types[name]) for name in names]
    return KeySchema(attributes[0], attributes[1] if len(attributes) > 1 else None)


def _index(entry: Mapping[str, Any], types: Mapping[str, str], *, is_global: bool) -> Index:
    included: Iterable[str] = entry["Projection"].get("NonKeyAttributes", ())
    return Index(
        number=entry["Number"],
        name=entry["IndexName"],
        is_global=is_global,
        key=_key(entry["KeySchema"], types),
        projection=entry["Projection"]["ProjectionType"],
        included=tuple(included),
        status=entry.get("IndexStatus", "ACTIVE"),
    )
