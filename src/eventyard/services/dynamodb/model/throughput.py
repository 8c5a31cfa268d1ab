"""Throughput settings beside the provisioned units: the caps of a table on demand, and how warm a table is kept.

Warmth only grows: it is what was asked for, and the most that was ever provisioned. Nothing here throttles.
Source: ack-api-quirks, asked of AWS on 2026-10-08 and -09.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eventyard.services.dynamodb import errors

ON_DEMAND_INITIAL: Mapping[str, int] = MappingProxyType({"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000})
TABLE_UNITS_MAX = 40_000
"""Of one table or index, for an account whose quotas were never raised."""

_PROVISIONED_NAMES: Mapping[str, str] = MappingProxyType(
    {"ReadUnitsPerSecond": "ReadCapacityUnits", "WriteUnitsPerSecond": "WriteCapacityUnits"}
)
_INITIAL_URL = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html"
    "#on-demand-capacity-mode-initial"
)
Units = Mapping[str, int]


def least_warm(provisioned: Mapping[str, Any], *, is_on_demand: bool) -> dict[str, int]:
    """The warmth of a table or index of which nobody asked any."""
    if is_on_demand:
        return dict(ON_DEMAND_INITIAL)
    return {name: int(provisioned[unit]) for name, unit in _PROVISIONED_NAMES.items()}


def initial_warm(
    given: Units | None, provisioned: Mapping[str, Any], *, what: str, is_on_demand: bool, region: str
) -> dict[str, int]:
    """The warmth of a new table or index; `what` is `table` or `index NAME`."""
    least = least_warm(provisioned, is_on_demand=is_on_demand)
    for name, units in (given or {}).items():
        if units < least[name]:
            floor = f"{_PROVISIONED_NAMES[name]} of ProvisionedThroughput"
            if is_on_demand:
                floor = f"initial throughput for OnDemand. See: {_INITIAL_URL}"
            raise errors.invalid_parameters(f"Requested {name} for WarmThroughput for {what} is lower than {floor}")
    return {**least, **_within_quota(given or {}, "WarmThroughput", what=what, region=region)}


def raised_warm(current: Units, given: Units, *, what: str, region: str) -> dict[str, int]:
    """The warmth after an update, which cannot lower it."""
    for name, units in given.items():
        if units < current[name]:
            raise errors.invalid_parameters(
                f"Requested {name} for WarmThroughput for {what} is lower than current WarmThroughput, "
                "decreasing WarmThroughput is not supported"
            )
    return {**current, **_within_quota(given, "WarmThroughput", what=what, region=region)}


def warmest(one: Units, other: Units) -> dict[str, int]:
    """The larger of both, each for itself."""
    return {name: max(units, other[name]) for name, units in one.items()}


def on_demand_caps(given: Units, *, what: str, is_on_demand: bool, region: str, is_update: bool = False) -> Units:
    """The caps of a table on demand, or of an index; -1 takes one away where there is one.

    Errors: ValidationException for a provisioned table, or for no number of units; LimitExceededException.
    """
    for name, units in given.items():
        if not is_on_demand:
            table = "the table" if is_update else "table"
            stop = "" if is_update else "."
            raise errors.invalid_parameters(
                f"{name} for OnDemandThroughput cannot be specified when {table} BillingMode is PROVISIONED{stop}"
            )
        if units < 1 and not (units == -1 and (is_update or what != "table")):
            raise errors.invalid_parameters(
                f"Requested {name} for OnDemandThroughput for {what} is outside of valid range"
            )
    told = what.replace("index ", "index : ")
    return _within_quota(given, "OnDemandThroughput", what=told, region=region)


def without_lifted(caps: Units) -> dict[str, int]:
    """The caps that hold."""
    return {name: units for name, units in caps.items() if units != -1}


def _within_quota(given: Units, parameter: str, *, what: str, region: str) -> Units:
    for name, units in given.items():
        if units > TABLE_UNITS_MAX:
            quota = "TableMaxReadCapacityUnits" if "Read" in name else "TableMaxWriteCapacityUnits"
            raise errors.quota_exceeded(
                f"Requested {name} for {parameter} for {what} exceeds {quota} of the account in region {region}"
            )
    return given
