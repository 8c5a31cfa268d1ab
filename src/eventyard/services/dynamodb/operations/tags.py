"""Tags of tables."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.dynamodb import errors
from eventyard.services.dynamodb.model.tables import Table
from eventyard.services.dynamodb.queries import tables
from eventyard.store.tx import Tx

TAGS_MAX = 50
Request = Call[Mapping[str, Any]]


def tag_resource(tx: Tx, call: Request) -> dict[str, Any]:
    """Add tags to a table."""
    given = call.params["Tags"]
    if not given:
        raise errors.invalid("Atleast one Tag needs to be provided as Input.")
    table = _table(tx, call)
    tables.put_tags(tx, table, given)
    if len(tables.tags(tx, table)) > TAGS_MAX:
        raise errors.invalid_parameters(f"Number of tags exceeds the limit of {TAGS_MAX}")
    return {}


def untag_resource(tx: Tx, call: Request) -> dict[str, Any]:
    """Take tags from a table."""
    keys = call.params["TagKeys"]
    if not keys:
        raise errors.invalid("Atleast one Tag Key needs to be provided as Input.")
    tables.delete_tags(tx, _table(tx, call), keys)
    return {}


def list_tags_of_resource(tx: Tx, call: Request) -> dict[str, Any]:
    """All tags of a table, on one page; so no token was ever given out. Unverified: the words for one that was not."""
    if "NextToken" in call.params:
        raise errors.invalid("Invalid NextToken")
    return {"Tags": tables.tags(tx, _table(tx, call))}


def _table(tx: Tx, call: Request) -> Table:
    arn = call.params["ResourceArn"]
    if not (arn.startswith("arn:aws:dynamodb:") and ":table/" in arn):
        raise errors.invalid(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    table = tables.find(tx, account=call.account, region=call.region, name=arn)
    if table is None:
        raise errors.resource_missing(arn)
    return table
