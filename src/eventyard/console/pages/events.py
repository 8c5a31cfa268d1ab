"""One event and what can be done about it; traces; any thing by its ARN."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from eventyard.base.errors import AwsError
from eventyard.console.look import Look
from eventyard.console.page import Action, Done, Live, Shown
from eventyard.console.views import event, things, traces


async def _send_again(look: Look, form: Mapping[str, str]) -> Done:
    """Put the event, as the form has it now, on its bus."""
    entry = {
        "Source": form.get("source", ""),
        "DetailType": form.get("detail_type", ""),
        "Detail": form.get("detail", ""),
        "EventBusName": form.get("bus", ""),
    }
    told = await look.operate("events", "PutEvents", {"Entries": [entry]})
    put = told["Entries"][0]
    if "EventId" not in put:
        raise AwsError(put["ErrorCode"], put["ErrorMessage"], status=400)
    event_id = put["EventId"]
    to = f"/_eventyard/events/{quote(event_id, safe='')}"
    return Done(f"Sent as {event_id}.", to, {"event_id": event_id})


async def _replay(look: Look, form: Mapping[str, str]) -> Done:
    """Replay the second in which the event was accepted from an archive of its bus."""
    told = await look.read(event.event)
    row = told["row"]
    second_at_ms = row["at_ms"] // 1000 * 1000
    named = {"ArchiveName": form.get("archive", "")}
    archive = await look.operate("events", "DescribeArchive", named)
    name = f"console-{row['id'].partition('@')[0][:36]}-{look.engine.clock.now_ms() // 1000}"
    params = {
        "ReplayName": name,
        "EventSourceArn": archive["ArchiveArn"],
        "EventStartTime": second_at_ms,
        "EventEndTime": second_at_ms + 1000,
        "Destination": {"Arn": row["accepted_by"]},
    }
    await look.operate("events", "StartReplay", params)
    second = datetime.fromtimestamp(second_at_ms // 1000, UTC)
    return Done(f"Replay {name} has begun: every event of {second:%H:%M:%S} UTC.", told={"replay": name})


PAGES: tuple[Shown, ...] = (
    Shown("/events/{event_id:path}", "event.html", event.event),
    Shown("/things/{arn:path}", "thing.html", things.thing),
    Shown("/traces", "traces.html", traces.traces),
    Shown("/traces/{trace}", "trace.html", traces.trace),
)
ACTIONS: tuple[Action, ...] = (
    Action("/events/{event_id:path}/send-again", _send_again),
    Action("/events/{event_id:path}/replay", _replay),
)
LIVES: tuple[Live, ...] = ()
