"""Reserved concurrency, and what the account may have in all."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.lambda_ import errors
from eventyard.services.lambda_.model.code import UNZIPPED_BYTES_MAX, ZIP_BYTES_MAX
from eventyard.services.lambda_.model.names import LATEST
from eventyard.services.lambda_.queries import functions, invocations
from eventyard.services.lambda_.work.finding import existing, found, named
from eventyard.services.lambda_.work.invoking import CHANGED
from eventyard.store.tx import Tx

CONCURRENCY_MAX = 1_000
UNRESERVED_MIN = 100
CODE_BYTES_MAX = 80_530_636_800
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def put_function_concurrency(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Invocations beyond the number are throttled from now on; mappings keep to it."""
    if named(call).qualifier:
        raise errors.invalid(
            "This operation is permitted on Lambda functions only. Aliases and versions do not "
            "support this operation. Please specify either a function name or an unqualified "
            "function ARN."
        )
    function = found(tx, named(call))
    if function is None:
        raise errors.no_such_function(f"{named(call).arn}:{LATEST}")
    arn = function.ref.arn
    reserved = call.params["ReservedConcurrentExecutions"]
    others = invocations.reserved_in_all(tx, account=call.account, region=call.region, but_arn=arn)
    if CONCURRENCY_MAX - others - reserved < UNRESERVED_MIN:
        raise errors.unreserved_too_small(UNRESERVED_MIN)
    invocations.reserve(tx, arn, reserved)
    call.wake(CHANGED)
    return {"ReservedConcurrentExecutions": reserved}


def get_function_concurrency(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """What is reserved for the function; nothing where nothing is."""
    reserved = invocations.reserved(tx, existing(tx, call).arn)
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}


def delete_function_concurrency(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """The function shares the account's concurrency again."""
    invocations.release(tx, existing(tx, call).arn)
    call.wake(CHANGED)


def get_account_settings(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The account's limits, and how much code and how many functions it has."""
    reserved = invocations.reserved_in_all(tx, account=call.account, region=call.region)
    count, code_bytes = functions.usage(tx, account=call.account, region=call.region)
    return {
        "AccountLimit": {
            "TotalCodeSize": CODE_BYTES_MAX,
            "CodeSizeUnzipped": UNZIPPED_BYTES_MAX,
            "CodeSizeZipped": ZIP_BYTES_MAX,
            "ConcurrentExecutions": CONCURRENCY_MAX,
            "UnreservedConcurrentExecutions": CONCURRENCY_MAX - reserved,
        },
        "AccountUsage": {"TotalCodeSize": code_bytes, "FunctionCount": count},
    }
