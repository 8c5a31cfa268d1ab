"""By which values of its events a bus's traces are found: a tag of the bus names them.

    eventyard:trace-keys   detail.orderId detail.metadata.correlationId

Each is the path of a member of the event, its names joined by dots; blanks stand between paths. Without the tag nothing
is indexed. The tag is Eventyard's own; AWS keeps it as any other.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eventyard.services.events import errors

TAG = "eventyard:trace-keys"
PATHS_MAX = 10
VALUE_CHARACTERS_MAX = 256
"""A longer value is no key."""

Path = tuple[str, ...]


def trace_keys_of(tags: Mapping[str, str]) -> Sequence[Path]:
    """The paths that the tags of a bus name."""
    return tuple(tuple(path.split(".")) for path in tags.get(TAG, "").split())


def refuse_wrong_paths(text: str) -> None:
    """Raises ValidationException for too many paths, or one with an empty name."""
    paths = text.split()
    if len(paths) > PATHS_MAX:
        raise errors.parameter_invalid("Tags", f"{TAG} names at most {PATHS_MAX} paths.")
    for path in paths:
        if not all(path.split(".")):
            raise errors.parameter_invalid("Tags", f"{TAG}: {path} is not names joined by dots.")


def values_at(event: Mapping[str, Any], paths: Sequence[Path]) -> Iterator[str]:
    """The texts and numbers at those paths, each once."""
    seen = set()
    for path in paths:
        value: Any = event
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and 0 < len(value) <= VALUE_CHARACTERS_MAX and value not in seen:
            seen.add(value)
            yield value
