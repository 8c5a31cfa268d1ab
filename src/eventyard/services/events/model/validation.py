"""Whether the events of a bus are held against registered schemas: two tags of the bus say so.

    eventyard:schema-validation   off | warn | reject
    eventyard:schema-registry     the registry, of the bus's account and region; `discovered-schemas` by default

These are Eventyard's own; AWS knows no such check, and keeps them as any other tag.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eventyard.services.events import errors
from eventyard.services.events.model.trace_keys import TAG as TRACE_KEYS_TAG
from eventyard.services.events.model.trace_keys import refuse_wrong_paths

TAGS_MAX = 50
"""Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html"""

MODE_TAG = "eventyard:schema-validation"
REGISTRY_TAG = "eventyard:schema-registry"
_OFF, _WARN, _REJECT = "off", "warn", "reject"
_MODES = (_OFF, _WARN, _REJECT)
_DEFAULT_REGISTRY = "discovered-schemas"


@dataclass(frozen=True, slots=True)
class Validation:
    """What a bus asks of its events."""

    registry: str
    is_rejecting: bool


def validation_of(tags: Mapping[str, str]) -> Validation | None:
    """What the tags of a bus ask for; `None` for no validation."""
    mode = tags.get(MODE_TAG, _OFF)
    if mode == _OFF:
        return None
    return Validation(tags.get(REGISTRY_TAG, _DEFAULT_REGISTRY), is_rejecting=mode == _REJECT)


def refuse_wrong_tags(tags: Sequence[tuple[str, str]], *, before: Iterable[str] = ()) -> None:
    """Raises ValidationException for a key of AWS's own, too many tags, or a mode that there is not.

    `before` are the keys of the tags that the resource has. Which words AWS has for it is Unverified.
    """
    if len({*before, *(key for key, _ in tags)}) > TAGS_MAX:
        raise errors.parameter_invalid("Tags", f"A resource has at most {TAGS_MAX} tags.")
    for key, value in tags:
        if key.lower().startswith("aws:"):
            raise errors.parameter_invalid("Tags", "A tag's key must not begin with aws:.")
        if key == MODE_TAG and value not in _MODES:
            raise errors.parameter_invalid("Tags", f"{MODE_TAG} is one of {', '.join(_MODES)}.")
        if key == TRACE_KEYS_TAG:
            refuse_wrong_paths(value)
