"""Run an operation in the running transaction: services enter by the same door as clients, below the wire."""

from collections.abc import Callable, Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.park import Park, Perform
from eventyard.engine.registry import Registry
from eventyard.store.tx import Tx

Validate = Callable[[str, str, Mapping[str, Any]], None]
"""Raises AwsError when the params do not fit the model of (service, operation)."""


def dispatch(
    tx: Tx,
    call: Call[Any],
    registry: Registry,
    validate: Validate,
    *,
    service: str,
    operation: str,
    params: Mapping[str, Any],
) -> Any:
    """Run the operation in a savepoint as the same caller; its result, or its AwsError.

    Raises AwsError `InvalidAction` for an operation that is not served, or that would have to wait.
    """
    work = registry.operation(service, operation)
    if work is None:
        raise AwsError("InvalidAction", f"{service}:{operation} is not served by Eventyard.", status=501)
    validate(service, operation, params)
    inner = call.within(service=service, operation=operation, params=params)
    try:
        with tx.savepoint():
            result = work(tx, inner)
            if isinstance(result, Park | Perform):
                raise AwsError("InvalidAction", f"{service}:{operation} cannot wait inside of another operation.")
    except AwsError as refusal:
        _count(tx, inner, registry, refusal)
        raise
    _count(tx, inner, registry, result)
    return result


def _count(tx: Tx, call: Call[Any], registry: Registry, outcome: object) -> None:
    """Note what the service counts of its answer, outside of the savepoint that a refusal undoes."""
    if not call.doors.is_metering:
        return
    for one in registry.answered(call, outcome, 0):
        tx.note(tuple(one))
