"""Dashboards: their names, how they are kept and listed. What a body may say stands in `dashboards_bodies.py`.

AWS keeps a body as JSON without blanks, with characters instead of their escapes, and counts it as a JSON text that is
safe in HTML, with an envelope of 37 bytes. From the first tag on (also of one that was taken off) what it keeps of the
tags counts, too. Source: captures of AWS of 2026-09 (radkawar/stackd, dashboard_size.json and dashboards.json).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eventyard.services.cloudwatch import errors

NAME_MAX: Final = 255
NAMES_MAX: Final = 100
PAGE_MAX: Final = 1000
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_PREFIX: Final = re.compile(r"[A-Za-z0-9_.-]*")

_ENVELOPE: Final = 37
_TAG_RECORD: Final = 149
_TAGS_MEMBER: Final = len(',"tags":{}')
_SPLIT: Final = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
_IN_HTML: Final = re.compile("[<>&=']")
_LINE_ENDS: Final[Mapping[str, str]] = {"\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard of an account; dashboards are of no region. `is_tagged`: its tags were touched at least once."""

    account: str
    name: str
    body: str
    changed_at_ms: int
    is_tagged: bool

    @property
    def arn(self) -> str:
        return dashboard_arn(self.account, self.name)

    def listed(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """As ListDashboards shows it."""
        return {
            "DashboardName": self.name,
            "DashboardArn": self.arn,
            "LastModified": self.changed_at_ms // 1000 * 1000,
            "Size": _ENVELOPE + _counted(self.body) + (_counted_tags(tags) if self.is_tagged else 0),
        }


def dashboard_arn(account: str, name: str) -> str:
    """The ARN of a dashboard."""
    return f"arn:aws:cloudwatch::{account}:dashboard/{name}"


def kept_body(body: str) -> str:
    """A body, which is JSON, as AWS keeps it."""
    return _SPLIT.sub(lambda match: _text(json.loads(match[1])) if match[1] else "", body)


def check_name(name: str | None, field: str = "DashboardName") -> None:
    """A name of letters, digits, dashes and underscores."""
    if not name:
        raise errors.dashboard_part_required(field)
    if len(name) > NAME_MAX:
        raise errors.dashboard_name_too_long(field, NAME_MAX)
    if not _NAME.fullmatch(name):
        raise errors.dashboard_name_invalid(field)


def check_prefix(prefix: str) -> None:
    """The beginning of names."""
    if len(prefix) > NAME_MAX:
        raise errors.dashboard_name_too_long("DashboardNamePrefix", NAME_MAX)
    if not _PREFIX.fullmatch(prefix):
        raise errors.dashboard_name_invalid("DashboardNamePrefix")


def _text(value: Any) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for character, escape in _LINE_ENDS.items():
        text = text.replace(character, escape)
    return text


def _counted(text: str) -> int:
    return len(_IN_HTML.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode())


def _counted_tags(tags: Mapping[str, str]) -> int:
    return _TAG_RECORD + (_TAGS_MEMBER + _counted(_text(dict(tags))) - len("{}") if tags else 0)
