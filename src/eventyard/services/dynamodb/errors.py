"""DynamoDB's errors, in AWS's words.

Source: architect/dynalite and nubo-db/dynamodb-conformance, both recorded from AWS; the service model's own texts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.base.errors import AwsError


def invalid(message: str) -> AwsError:
    """`ValidationException`, for what the model's own limits do not say."""
    return AwsError("ValidationException", message)


def invalid_parameters(message: str) -> AwsError:
    """`ValidationException` with the sentence that AWS puts before most of its refusals."""
    return invalid(f"One or more parameter values were invalid: {message}")


def table_missing() -> AwsError:
    """Reading or writing items of a table that is not there."""
    return AwsError("ResourceNotFoundException", "Requested resource not found")


def named_table_missing(name: str) -> AwsError:
    """Describing, changing or deleting a table that is not there."""
    return AwsError("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")


def resource_missing(arn: str) -> AwsError:
    """Tags of a table that is not there."""
    return AwsError("ResourceNotFoundException", f"Requested resource not found: ResourcArn: {arn} not found")


def table_exists(name: str) -> AwsError:
    return AwsError("ResourceInUseException", f"Table already exists: {name}")


def table_protected() -> AwsError:
    return invalid(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
    )


def condition_failed(item: Mapping[str, Any] | None) -> AwsError:
    """A condition that did not hold; `item` only where the request asked for it."""
    fields = {"Item": item} if item else {}
    return AwsError("ConditionalCheckFailedException", "The conditional request failed", fields=fields)


def transaction_cancelled(reasons: Sequence[Mapping[str, Any]]) -> AwsError:
    codes = ", ".join(reason["Code"] for reason in reasons)
    return AwsError(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        fields={"CancellationReasons": list(reasons)},
    )


def transaction_too_large() -> AwsError:
    """More than 4 MB written or read at once. Unverified words."""
    return invalid("Transaction request cannot exceed 4 MB")


def token_reused() -> AwsError:
    """The same `ClientRequestToken` for another transaction within ten minutes. Unverified words."""
    return AwsError(
        "IdempotentParameterMismatchException",
        "The request's parameters are not those of the earlier request with this ClientRequestToken",
    )


def unserved(what: str) -> AwsError:
    """A setting that this version does not act on is refused, never stored in silence."""
    return invalid_parameters(f"{what} is not supported by Eventyard")


def continuous_backups_missing(name: str) -> AwsError:
    return AwsError("TableNotFoundException", f"Table not found: {name}")


def quota_exceeded(message: str) -> AwsError:
    """`LimitExceededException`, for more than the account may have."""
    return AwsError("LimitExceededException", f"Subscriber limit exceeded: {message}")


def one_index_at_a_time() -> AwsError:
    return quota_exceeded("Only 1 online index can be created or deleted simultaneously per table")


def index_missing(index: str, table: str) -> AwsError:
    """Changing or deleting a global index that is not there. Source: ack-api-quirks, asked of AWS on 2026-10-08."""
    return AwsError("ResourceNotFoundException", f"Requested resource not found: Index {index} for table {table}")
