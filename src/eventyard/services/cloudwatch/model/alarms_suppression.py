"""What keeps a composite alarm's actions back, and for how long.

    transition, suppressor not in ALARM ──► WaitPeriod ──(over)──────────────────────► acts on the state it is in
                                               └──(suppressor goes to ALARM)──► Alarm
    transition, suppressor in ALARM ─────────────────────────────────────────► Alarm
    Alarm ──(suppressor leaves ALARM)──► ExtensionPeriod ──(over)────────────────────► acts on the state it is in

Every further transition begins anew: what was waited for is forgotten. A period of 0 is over at once.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html (its
examples are the tests').
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

WAIT: Final = "WaitPeriod"
EXTENSION: Final = "ExtensionPeriod"
BY_ALARM: Final = "Alarm"


class Hold(NamedTuple):
    """What keeps actions back, empty for nothing, and for how many seconds; `None` is until something changes."""

    by: str
    for_s: int | None = None


FREE: Final = Hold("")


def on_transition(settings: Mapping[str, Any], *, suppresses: bool) -> Hold:
    """The alarm has changed its state; `suppresses` says that its suppressor is in ALARM."""
    if "ActionsSuppressor" not in settings:
        return FREE
    return Hold(BY_ALARM) if suppresses else _for(WAIT, settings["ActionsSuppressorWaitPeriod"])


def on_suppressor(settings: Mapping[str, Any], held_by: str, *, suppresses: bool) -> Hold | None:
    """The suppressor has changed its state; `None` where that changes nothing."""
    if suppresses and held_by in (WAIT, EXTENSION):
        return Hold(BY_ALARM)
    if not suppresses and held_by == BY_ALARM:
        return _for(EXTENSION, settings["ActionsSuppressorExtensionPeriod"])
    return None


def _for(by: str, seconds: int) -> Hold:
    return Hold(by, seconds) if seconds else FREE
