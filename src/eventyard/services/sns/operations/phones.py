"""Texts to phones: recorded where people and tests can read them, sent to nobody.

`GET /_eventyard/sms` lists what was sent; `POST` there is what a phone's owner answers: `STOP` opts the number out.
"""

import json
from collections.abc import Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.base.http import Request, Response
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.ledger import Outcome
from eventyard.engine.registry import Page
from eventyard.services.sns import errors
from eventyard.services.sns.model import texts
from eventyard.services.sns.model.envelopes import time_text
from eventyard.services.sns.model.message import Draft
from eventyard.services.sns.model.message_attributes import Attribute
from eventyard.services.sns.operations.paging import PAGE_MAX, after_token, page
from eventyard.services.sns.queries import phones
from eventyard.services.sns.queries.phones import Text
from eventyard.store.tx import Tx

PAGE = "/_eventyard/sms"
_SHOWN_MAX = 1_000
_JSON = (("content-type", "application/json"),)


def publish_to_phone(tx: Tx, call: Call[Any], phone: str, draft: Draft) -> dict[str, Any]:
    """Send one text to a number. Raises OptedOut never: AWS takes the message and does not deliver it."""
    message_id = call.ids.uuid()
    source_arn = f"arn:aws:sns:{call.region}:{call.account}:{phone}"
    reason = ""
    try:
        send_text(tx, call, phone, draft.text("sms"), message_id=message_id, source_arn="", attributes=draft.attributes)
    except AwsError as refusal:
        if refusal.code != "OptedOutException":
            raise
        reason = f"{refusal.code}: {refusal.message}"
    outcome = Outcome(
        rule_arn="",
        target_arn=source_arn,
        target_id=phone,
        outcome="failed" if reason else "delivered",
        attempts=1,
        at_ms=call.now_ms,
        reason=reason,
    )
    trace = call.trace.header()
    ledger.accept(tx, call, [ledger.Accepted(message_id, call.now_ms, source_arn, draft.body, [outcome], trace=trace)])
    return {"MessageId": message_id}


def send_text(
    tx: Tx,
    call: Call[Any],
    phone: str,
    body: str,
    *,
    message_id: str,
    source_arn: str,
    attributes: Mapping[str, Attribute],
) -> None:
    """Record a text to a number. Raises OptedOut."""
    if phones.is_opted_out(tx, account=call.account, region=call.region, phone=phone):
        raise errors.opted_out(phone)
    settings = phones.settings(tx, account=call.account, region=call.region)
    text = Text(
        seq=0,
        phone=phone,
        message_id=message_id,
        source_arn=source_arn,
        body=body,
        sender_id=texts.sender_of(settings, attributes),
        kind=texts.kind_of(settings, attributes),
        at_ms=call.now_ms,
    )
    phones.insert_text(tx, account=call.account, region=call.region, text=text)


def set_sms_attributes(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Set attributes; those not given stay."""
    judged = texts.judged_settings(call.params["attributes"])
    settings = phones.settings(tx, account=call.account, region=call.region)
    phones.put_settings(tx, account=call.account, region=call.region, settings={**settings, **judged})
    return {}


def get_sms_attributes(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The attributes asked for, or all."""
    wanted = call.params.get("attributes")
    settings = {**texts.DEFAULTS, **phones.settings(tx, account=call.account, region=call.region)}
    return {"attributes": {name: value for name, value in settings.items() if not wanted or name in wanted}}


def check_if_phone_number_is_opted_out(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Whether the number wants no texts."""
    phone = call.params["phoneNumber"]
    texts.refuse_number(phone)
    return {"isOptedOut": phones.is_opted_out(tx, account=call.account, region=call.region, phone=phone)}


def list_phone_numbers_opted_out(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The numbers that want no texts, a hundred at a time."""
    after = after_token(call.params.get("nextToken"))
    rows = phones.opted_out(tx, account=call.account, region=call.region, after=after, rows_max=PAGE_MAX + 1)
    shown, token = page(rows, ends_with=str)
    return {"phoneNumbers": list(shown), **({"nextToken": token} if token else {})}


def opt_in_phone_number(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Texts to the number again."""
    texts.refuse_number(call.params["phoneNumber"])
    phones.opt_in(tx, account=call.account, region=call.region, phone=call.params["phoneNumber"])
    return {}


def _page(tx: Tx, call: Call[Any]) -> Response:
    """The texts that were sent, the latest first; or a phone's answer, `{"from": number, "message": "STOP"}`."""
    request: Request = call.params["request"]
    if request.method == "POST":
        return _answered(tx, call, request)
    rows = phones.texts(tx, account=call.account, region=call.region, rows_max=_SHOWN_MAX)
    return _shown({"texts": [_text(row) for row in rows]})


def _answered(tx: Tx, call: Call[Any], request: Request) -> Response:
    try:
        answer = json.loads(bytes(request.body))
        phone, message = answer["from"], answer["message"]
    except (ValueError, KeyError, TypeError):
        return _shown({"message": 'Send {"from": "+15551234567", "message": "STOP"}.'}, status=400)
    if str(message).strip().upper() == "STOP":
        phones.opt_out(tx, account=call.account, region=call.region, phone=str(phone), now_ms=call.now_ms)
    return _shown({})


def _text(text: Text) -> dict[str, Any]:
    return {
        "to": text.phone,
        "message": text.body,
        "message_id": text.message_id,
        "topic_arn": text.source_arn or None,
        "sender_id": text.sender_id,
        "type": text.kind,
        "at": time_text(text.at_ms),
    }


def _shown(body: Mapping[str, Any], *, status: int = 200) -> Response:
    return Response(status, _JSON, json.dumps(body).encode())


PAGES: Mapping[str, Page] = {PAGE: Page(_page, methods=("GET", "POST"))}
