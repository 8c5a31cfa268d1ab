"""Tags: how many, and which keys are AWS's own. Source of the words: stackd."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from eventyard.services.cloudwatch import errors

TAGS_MAX: Final = 50


def check_tags(tags: Iterable[Mapping[str, Any]]) -> None:
    """Tags of an alarm that is put."""
    given = list(tags)
    if len(given) > TAGS_MAX:
        raise errors.too_many_alarm_tags(TAGS_MAX)
    check_keys(tag["Key"] for tag in given)


def check_keys(keys: Iterable[str]) -> None:
    """Keys that begin with `aws:` are AWS's."""
    if any(key[:4].lower() == "aws:" for key in keys):
        raise errors.tag_key_reserved()
