"""Archives and replays of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from eventyard.base.errors import AwsError
from eventyard.console.look import Look
from eventyard.console.page import Action, Done, Live, Shown
from eventyard.console.views import archives


async def _replay(look: Look, form: Mapping[str, str]) -> Done:
    """Replay the events from one second up to before another, UTC; to all rules of the bus or to one."""
    name = look.params["name"]
    told = await look.operate("events", "DescribeArchive", {"ArchiveName": name})
    destination: dict[str, Any] = {"Arn": told["EventSourceArn"]}
    if rule := form.get("rule", ""):
        destination["FilterArns"] = [rule]
    replay = f"console-{name[:36]}-{look.engine.clock.now_ms()}"
    asked = {
        "ReplayName": replay,
        "EventSourceArn": told["ArchiveArn"],
        "EventStartTime": _instant_ms(form.get("from", "")),
        "EventEndTime": _instant_ms(form.get("until", "")),
        "Destination": destination,
    }
    await look.operate("events", "StartReplay", asked)
    return Done(f"Replay {replay} has begun.", _address(name), {"replay": replay})


async def _cancel(look: Look, form: Mapping[str, str]) -> Done:
    await look.operate("events", "CancelReplay", {"ReplayName": form.get("replay", "")})
    return Done("The replay is stopped; what it has sent stays sent.", _address(look.params["name"]))


def _instant_ms(text: str) -> int:
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        message = f"An instant is written like 2026-01-31T12:00:00, not {text!r}."
        raise AwsError("ValidationException", message, status=400) from None


def _address(name: str) -> str:
    return f"/_eventyard/archives/{quote(name, safe='')}"


PAGES: tuple[Shown, ...] = (
    Shown("/archives", "archives.html", archives.archives),
    Shown("/archives/{name}", "archive.html", archives.archive),
)
ACTIONS: tuple[Action, ...] = (
    Action("/archives/{name}/replay", _replay),
    Action("/archives/{name}/cancel", _cancel),
)
LIVES: tuple[Live, ...] = ()
