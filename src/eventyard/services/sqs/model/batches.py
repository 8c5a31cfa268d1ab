"""What the four batch operations have in common: the rules for entries, and one result an entry."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.services.sqs import errors

ENTRIES_MAX = 10

_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")


def refuse_invalid_entries(operation: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Raises what refuses a batch as a whole: none, too many, ids that are invalid or not distinct."""
    if not entries:
        raise errors.empty_batch(operation)
    if len(entries) > ENTRIES_MAX:
        raise errors.too_many_entries(len(entries))
    seen: set[str] = set()
    for entry in entries:
        if _ENTRY_ID.fullmatch(entry["Id"]) is None:
            raise errors.invalid_entry_id()
        if entry["Id"] in seen:
            raise errors.repeated_entry_id(entry["Id"])
        seen.add(entry["Id"])


def failed_entry(entry_id: str, error: AwsError) -> dict[str, Any]:
    """One `BatchResultErrorEntry`."""
    return {
        "Id": entry_id,
        "SenderFault": not error.is_server_fault,
        "Code": error.code,
        "Message": error.message,
    }


def result(outcomes: Sequence[tuple[str, dict[str, Any] | AwsError]]) -> dict[str, Any]:
    """A batch operation's result from (entry id, its result or error); an empty list is left out, as AWS does."""
    answer: dict[str, Any] = {}
    for entry_id, outcome in outcomes:
        if isinstance(outcome, AwsError):
            answer.setdefault("Failed", []).append(failed_entry(entry_id, outcome))
        else:
            answer.setdefault("Successful", []).append({"Id": entry_id, **outcome})
    return answer


def each(
    entries: Sequence[Mapping[str, Any]], perform: Callable[[int, Mapping[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """Perform every entry as `perform(its number from 1, entry)`; one that is refused leaves the others alone.

    `perform` brings its own savepoint where it writes before it refuses.
    """
    outcomes: list[tuple[str, dict[str, Any] | AwsError]] = []
    for number, entry in enumerate(entries, 1):
        try:
            outcomes.append((entry["Id"], perform(number, entry)))
        except AwsError as error:
            outcomes.append((entry["Id"], error))
    return result(outcomes)
