"""The three kinds of failure, which are never mixed.

The caller's: `AwsError`, made by a service's `errors.py`, goes on the wire in the protocol's clothes.
The world's: `EffectFailed` (a target is down) is retried by policy, `StoreFailed` (the disk is full) is told plainly.
Ours: an assertion. It fails the call with a 500, is logged with its trace, and is a bug.
"""

from collections.abc import Mapping
from typing import Any


class AwsError(Exception):
    """An answer that AWS would give instead of a result; raising it undoes the operation.

    Shapes: `code` is the error's shape name in the service model (`QueueDoesNotExist`); where the model has no such
    shape (`ValidationException` of a service that does not declare it, `InvalidAction`) it is the code itself.
    `fields` are further members of the error's shape (`CancellationReasons`, `Item`).
    `status` is given only for an error that the model does not declare; `None` leaves it to the model, else 400
    (500 when `is_server_fault`).
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        status: int | None = None,
        is_server_fault: bool = False,
        is_retryable: bool | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.is_server_fault = is_server_fault
        self.is_retryable = is_server_fault if is_retryable is None else is_retryable
        self.fields: Mapping[str, Any] = fields or {}


class EffectFailed(Exception):
    """An effect outside the store did not succeed.

    `code` and `message` go to the dead letter and the ledger; `is_retryable` false ends the attempts at once;
    `retry_after_ms` is the earliest next attempt that the other side asked for, or `None`; `status` that of an HTTP
    answer, where there was one.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        is_retryable: bool = True,
        retry_after_ms: int | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.is_retryable = is_retryable
        self.retry_after_ms = retry_after_ms
        self.status = status


class StoreFailed(Exception):
    """The database could not do its work (full disk, lost connection); nothing of the transaction remains."""


class StartRefused(Exception):
    """The server cannot start; the message is the one sentence that the user reads."""
