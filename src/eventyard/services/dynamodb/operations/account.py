"""What is asked of the account or of the service as a whole."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.dynamodb import errors
from eventyard.services.dynamodb.model.names import table_name
from eventyard.services.dynamodb.queries import tables
from eventyard.store.tx import Tx

ENDPOINT_CACHE_MINUTES = 1440
Request = Call[Mapping[str, Any]]


def describe_limits(tx: Tx, call: Request) -> dict[str, Any]:
    """A new account's quotas. Source: API reference "DescribeLimits"; nothing here is throttled by them."""
    return {
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }


def describe_endpoints(tx: Tx, call: Request) -> dict[str, Any]:
    """The address by which the client reached us."""
    address = call.base_url.partition("://")[2] or f"dynamodb.{call.region}.amazonaws.com"
    return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": ENDPOINT_CACHE_MINUTES}]}


def describe_continuous_backups(tx: Tx, call: Request) -> dict[str, Any]:
    """Continuous backups are shown as enabled, as AWS shows them of every table; point-in-time recovery is not."""
    name = call.params["TableName"]
    if tables.find(tx, account=call.account, region=call.region, name=name) is None:
        raise errors.continuous_backups_missing(table_name(name))
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
        }
    }
