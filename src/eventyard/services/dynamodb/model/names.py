"""Names of tables, and the ARNs that may stand for them.

Source: nubo-db/dynamodb-conformance, recorded from AWS in 2026: a name is looked at before everything else, and only
CreateTable knows the least length.
"""

import re

from eventyard.services.dynamodb import errors

LENGTH_MIN, LENGTH_MAX = 3, 255
_NAME = re.compile(r"[a-zA-Z0-9_.-]+", re.ASCII)


def table_arn(account: str, region: str, name: str) -> str:
    """The ARN of a table."""
    return f"arn:aws:dynamodb:{region}:{account}:table/{name}"


def table_name(name_or_arn: str) -> str:
    """The table's name from a `TableName`, which may be its ARN."""
    return name_or_arn.partition(":table/")[2].partition("/")[0] if name_or_arn.startswith("arn:") else name_or_arn


def require_name(name_or_arn: str, *, length_min: int = 1) -> None:
    """Refuse what can be no name of a table."""
    name = table_name(name_or_arn)
    constraint = ""
    if len(name) < length_min:
        constraint = f"Member must have length greater than or equal to {length_min}"
    elif len(name) > LENGTH_MAX:
        constraint = f"Member must have length less than or equal to {LENGTH_MAX}"
    elif not _NAME.fullmatch(name):
        constraint = f"Member must satisfy regular expression pattern: {_NAME.pattern}"
    if constraint:
        raise errors.invalid(
            f"1 validation error detected: Value '{name}' at 'tableName' failed to satisfy constraint: {constraint}"
        )
