"""What reads and writes cost, and how the answer says so.

A read unit is 4 KB read consistently, half a one eventually; a write unit 1 KB; both count twice in a transaction.
Source: developer guide "DynamoDB read and write operations"; nubo-db/dynamodb-conformance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eventyard.services.dynamodb.model.tables import Index, Table

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024


def read_units(size_bytes: int, *, is_consistent: bool, is_transactional: bool = False) -> float:
    """Units for reading that much in one request; at least one, or half of one."""
    units = max(1, -(-size_bytes // READ_UNIT_BYTES))
    if is_transactional:
        return units * 2.0
    return units * (1.0 if is_consistent else 0.5)


def write_units(size_bytes: int) -> float:
    """Units for writing that much; at least one."""
    return float(max(1, -(-size_bytes // WRITE_UNIT_BYTES)))


@dataclass(slots=True)
class Consumed:
    """What one request has used of one table so far, the table and each index apart."""

    table: Table
    table_units: float = 0.0
    index_units: dict[Index, float] = field(default_factory=dict)

    def add(self, index: Index | None, units: float) -> None:
        if index is None:
            self.table_units += units
        elif units:
            self.index_units[index] = self.index_units.get(index, 0.0) + units

    def shown(self, detail: str | None, *, transactional: str = "") -> dict[str, Any]:
        """The `ConsumedCapacity` for a `ReturnConsumedCapacity` of TOTAL or INDEXES.

        `transactional` is `Read` or `Write` in a transaction, whose answers name the kind of the units too.
        """
        total = self.table_units + sum(self.index_units.values())
        shown: dict[str, Any] = {"TableName": self.table.name, **_units(total, transactional)}
        if detail != "INDEXES":
            return shown
        shown["Table"] = _units(self.table_units, transactional)
        for is_global, name in ((False, "LocalSecondaryIndexes"), (True, "GlobalSecondaryIndexes")):
            used = {
                index.name: _units(units, transactional)
                for index, units in self.index_units.items()
                if index.is_global == is_global
            }
            if used:
                shown[name] = used
        return shown


def _units(units: float, transactional: str) -> dict[str, float]:
    return {"CapacityUnits": units, **({f"{transactional}CapacityUnits": units} if transactional else {})}


def shown_in(params: Mapping[str, Any], consumed: Consumed) -> dict[str, Any]:
    """`{"ConsumedCapacity": ...}` when the request asks for it, else nothing."""
    detail = params.get("ReturnConsumedCapacity", "NONE")
    return {} if detail == "NONE" else {"ConsumedCapacity": consumed.shown(detail)}
