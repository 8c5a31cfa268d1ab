"""Functions and their invocations."""

from collections.abc import Mapping
from urllib.parse import quote

from eventyard.base.errors import AwsError
from eventyard.console.look import Look
from eventyard.console.page import Action, Done, Live, Shown
from eventyard.console.views import functions

_SAID_MAX = 400
_TYPES = ("RequestResponse", "Event")


async def _invoke(look: Look, form: Mapping[str, str]) -> Done:
    """Invoke it with the payload of the form, and wait for what it says or have it done later."""
    name, kind = look.params["name"], form.get("type", _TYPES[0])
    if kind not in _TYPES:
        raise AwsError("InvalidParameterValueException", f"The type is one of {', '.join(_TYPES)}.", status=400)
    payload = form.get("payload", "").strip() or "{}"
    asked = {"FunctionName": name, "InvocationType": kind, "Payload": payload.encode()}
    told = await look.operate("lambda", "Invoke", asked)
    to = f"/_eventyard/functions/{quote(name, safe='')}"
    if kind == "Event":
        return Done("The event is accepted; the function runs by itself.", to)
    said = bytes(told.get("Payload") or b"").decode("utf-8", "replace")
    failure = told.get("FunctionError", "")
    sentence = f"It failed ({failure})" if failure else "It said"
    return Done(f"{sentence}: {said[:_SAID_MAX]}", to, {"payload": said, "function_error": failure})


PAGES: tuple[Shown, ...] = (
    Shown("/functions", "functions.html", functions.functions),
    Shown("/functions/{name}", "function.html", functions.function),
    Shown("/functions/{name}/invocations/{trace}/{id}", "invocation.html", functions.invocation),
)
ACTIONS: tuple[Action, ...] = (Action("/functions/{name}/invoke", _invoke),)
LIVES: tuple[Live, ...] = ()
