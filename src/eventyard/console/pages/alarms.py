"""Alarms, and what a person does about them."""

from collections.abc import Mapping
from urllib.parse import quote

from eventyard.console.look import Look
from eventyard.console.page import Action, Done, Live, Shown
from eventyard.console.views import alarms


async def _set_state(look: Look, form: Mapping[str, str]) -> Done:
    name, state = look.params["name"], form.get("state", "")
    reason = form.get("reason", "").strip() or "Set in the console."
    asked = {"AlarmName": name, "StateValue": state, "StateReason": reason}
    await look.operate("cloudwatch", "SetAlarmState", asked)
    return Done(f"{name} is {state.lower().replace('_', ' ')}, until it is evaluated again.", _address(name))


async def _enable(look: Look, form: Mapping[str, str]) -> Done:
    name = look.params["name"]
    await look.operate("cloudwatch", "EnableAlarmActions", {"AlarmNames": [name]})
    return Done(f"{name} acts again.", _address(name))


async def _disable(look: Look, form: Mapping[str, str]) -> Done:
    name = look.params["name"]
    await look.operate("cloudwatch", "DisableAlarmActions", {"AlarmNames": [name]})
    return Done(f"{name} only tells its state.", _address(name))


def _address(name: str) -> str:
    return f"/_eventyard/alarms/{quote(name, safe='')}"


PAGES: tuple[Shown, ...] = (
    Shown("/alarms", "alarms.html", alarms.alarms),
    Shown("/alarms/{name:path}", "alarm.html", alarms.alarm),
)
ACTIONS: tuple[Action, ...] = (
    Action("/alarms/{name:path}/state", _set_state),
    Action("/alarms/{name:path}/enable", _enable),
    Action("/alarms/{name:path}/disable", _disable),
)
LIVES: tuple[Live, ...] = ()
