"""Sending an event by hand, by a registered schema or freely."""

from collections.abc import Mapping
from urllib.parse import quote

from eventyard.base.errors import AwsError
from eventyard.console.look import Look
from eventyard.console.page import Action, Done, Live, Shown
from eventyard.console.views import send


async def _send(look: Look, form: Mapping[str, str]) -> Done:
    """Put the event, if it fits the schema that was chosen; its page shows what it leads to."""
    fields = {name: form.get(name, "") for name in ("schema", "source", "detail_type", "detail")}
    if fields["schema"]:
        reason = (await look.read(send.judged, **fields))["reason"]
        if reason:
            raise AwsError("InvalidEvent", f"It does not fit {fields['schema']}: {reason}", status=400)
    entry = {
        "EventBusName": form.get("bus", ""),
        "Source": fields["source"],
        "DetailType": fields["detail_type"],
        "Detail": fields["detail"],
    }
    put = (await look.operate("events", "PutEvents", {"Entries": [entry]}))["Entries"][0]
    if "EventId" not in put:
        raise AwsError(put["ErrorCode"], put["ErrorMessage"], status=400)
    to = f"/_eventyard/events/{quote(put['EventId'], safe='')}"
    return Done(f"Sent as {put['EventId']}.", to, {"event_id": put["EventId"]})


PAGES: tuple[Shown, ...] = (Shown("/send", "send.html", send.form),)
ACTIONS: tuple[Action, ...] = (Action("/send", _send),)
LIVES: tuple[Live, ...] = ()
