"""What the command line reads of its environment."""

import os
from collections.abc import Mapping

from eventyard.base.errors import StartRefused
from eventyard.base.faults import POINTS

CRASH_AT = "EVENTYARD_CRASH_AT"


def fault_points() -> Mapping[str, int]:
    """The armed fault points, `name:pass[,name:pass]` in EVENTYARD_CRASH_AT. Raises StartRefused on an unknown one."""
    pairs = [part.partition(":") for part in os.environ.get(CRASH_AT, "").split(",") if part]
    for name, _, count in pairs:
        if name not in POINTS or not (count or "1").isdigit():
            raise StartRefused(f"{CRASH_AT} names no fault point: {name}:{count}.")
    return {name: int(count or "1") for name, _, count in pairs}
