"""The local mailbox: what people and tests see of every mail, and what others put in it.

    GET    /_eventyard/mail             newest first; ?from= ?to= ?subject= ?account= ?region= ?limit=
    DELETE /_eventyard/mail             clear it
    GET    /_eventyard/mail/ID          one mail with its headers, its parts and its raw text
    GET    /_eventyard/mail/ID/raw      the message itself
    DELETE /_eventyard/mail/ID

A delivery to `arn:aws:ses:REGION:ACCOUNT:mailbox` is a mail of a topic's subscription; that is no feature of AWS's.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, unquote

import orjson

from eventyard.base.errors import AwsError
from eventyard.base.http import Request, Response
from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.registry import Operation
from eventyard.languages.arns import parse_arn
from eventyard.services.ses import errors
from eventyard.services.ses.model import addresses
from eventyard.services.ses.model.composing import Coded, Content, compose
from eventyard.services.ses.model.mails import Mail, Order, message_id_host, new_message_id
from eventyard.services.ses.model.raw import headers_of
from eventyard.services.ses.queries import mails
from eventyard.services.ses.queries.mails import Filter, StoredMail
from eventyard.services.ses.work.posting import Post, post
from eventyard.store.tx import Tx

PAGE = "/_eventyard/mail"
SHOWN_MAX = 1000
_SHOWN = 100
_DEFAULT_SENDER = "no-reply@sns.amazonaws.com"
_JSON = (("content-type", "application/json"),)


def deliver(tx: Tx, call: Call[Any], delivery: Delivery, *, is_relaying: bool) -> None:
    """Take a text as a mail. Raises InvalidParameterValue for another ARN than the mailbox's, or without recipients."""
    arn = parse_arn(delivery.arn)
    if arn is None or arn.resource != "mailbox":
        raise errors.invalid(f"No target can be reached at {delivery.arn}.")
    given = delivery.parameters
    source = given.get("From") or _DEFAULT_SENDER
    order = Order(operation="Delivery", source=source, to=tuple(given.get("To", ())))
    for address in (source, *order.to):
        addresses.refuse_malformed(address)
    if not order.to:
        raise errors.invalid("Destination cannot be empty")
    is_html = given.get("ContentType") == "text/html"
    body = Coded(delivery.body)
    content = Content(Coded(given.get("Subject") or ""), None if is_html else body, body if is_html else None)
    _put(tx, call, order, content, is_relaying=is_relaying)


def show_all(tx: Tx, call: Call[Any]) -> Response:
    """The page of the mailbox."""
    request: Request = call.params["request"]
    if request.method == "DELETE":
        return _json(200, {"deleted": mails.clear(tx)})
    asked = {name: values[-1] for name, values in parse_qs(request.query).items()}
    limit = asked.get("limit", str(_SHOWN))
    if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit) <= SHOWN_MAX):
        raise AwsError("InvalidParameterValue", f"limit is a number from 1 to {SHOWN_MAX}.")
    wanted = Filter(
        sender=asked.get("from", ""),
        recipient=asked.get("to", ""),
        subject=asked.get("subject", ""),
        account=asked.get("account", ""),
        region=asked.get("region", ""),
    )
    return _json(200, {"mails": [_summary(mail) for mail in mails.newest(tx, wanted, rows_max=int(limit))]})


def show_one(tx: Tx, call: Call[Any]) -> Response:
    """The page of one mail."""
    request: Request = call.params["request"]
    mail_id, _, what = unquote(request.path.removeprefix(f"{PAGE}/")).partition("/")
    found = mails.find(tx, mail_id) if mails.is_shown(tx, mail_id) else None
    if found is None or what not in ("", "raw"):
        return _json(404, {"message": f"There is no mail {mail_id}."})
    if request.method == "DELETE":
        mails.delete(tx, mail_id)
        return _json(200, {"deleted": 1})
    raw = mails.raw(tx, mail_id) or b""
    if what == "raw":
        return Response(200, (("content-type", "message/rfc822"),), raw)
    return _json(200, {**_summary(found), **_content(raw)})


def view_mails(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The latest mails of the call's account and region, in which `text` is part of subject, sender or recipients."""
    text = str(call.params.get("text", "")).strip()
    place = {"account": call.account, "region": call.region}
    filters = (Filter(subject=text, **place), Filter(recipient=text, **place), Filter(sender=text, **place))
    found = {mail.id: mail for wanted in filters[: 3 if text else 1] for mail in mails.newest(tx, wanted, rows_max=100)}
    latest = sorted(found.values(), key=lambda mail: -mail.at_ms)
    return {"mails": [{**_summary(mail), "at_ms": mail.at_ms} for mail in latest[:_SHOWN]]}


def view_mail(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The mail with that `id`, with its headers and parts. Raises NotFound."""
    mail_id = call.params["id"]
    found = mails.find(tx, mail_id) if mails.is_shown(tx, mail_id) else None
    if found is None or (call.caller.access_key and found.account != call.account):
        raise AwsError("NotFound", f"There is no mail {mail_id}.", status=404)
    return {**_summary(found), "at_ms": found.at_ms, **_content(mails.raw(tx, mail_id) or b"")}


def _put(tx: Tx, call: Call[Any], order: Order, content: Content, *, is_relaying: bool) -> None:
    message_id = new_message_id(now_ms=call.now_ms, uuid=call.ids.uuid())
    message = compose(
        order,
        content,
        at_ms=call.now_ms,
        message_id=f"{message_id}@{message_id_host(call.region)}",
        boundary=call.ids.hexadecimal(24),
        has_date=True,
    )
    headers = headers_of(message)
    sender = addresses.bare(order.source)
    mail = Mail(
        id=message_id,
        at_ms=call.now_ms,
        source=order.source,
        destinations=tuple(addresses.bare(one) for one in order.to),
        return_path=sender,
        envelope_from=sender,
        headers=headers,
        asked_headers=headers,
        tags={},
        facts={"operation": order.operation},
    )
    post(tx, call, mail, message, Post(is_relaying=is_relaying, is_own=True))


def _summary(stored: StoredMail) -> dict[str, Any]:
    mail = stored.facts["mail"]
    moment = datetime.fromtimestamp(stored.at_ms / 1000, tz=UTC)
    return {
        "id": stored.id,
        "at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "account": stored.account,
        "region": stored.region,
        "from": stored.sender,
        "to": list(stored.recipients),
        "subject": stored.subject,
        "operation": mail["facts"].get("operation"),
        "template": mail["template"],
        "configuration_set": mail["configuration_set"],
        "tags": mail["tags"],
        "return_path": mail["return_path"],
        "outcomes": stored.facts["outcomes"],
    }


def _content(raw: bytes) -> dict[str, Any]:
    message = message_from_bytes(raw, policy=policy.default)
    parts = [_part(part) for part in message.walk() if not part.is_multipart()]
    texts = [part for part in parts if part["disposition"] is None]
    return {
        "headers": [{"name": name, "value": str(value)} for name, value in message.items()],
        "text": next((part["text"] for part in texts if part["content_type"] == "text/plain"), None),
        "html": next((part["text"] for part in texts if part["content_type"] == "text/html"), None),
        "parts": parts,
        "raw": raw.decode("utf-8", "replace"),
    }


def _part(part: EmailMessage) -> Mapping[str, Any]:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    is_text = part.get_content_maintype() == "text"
    return {
        "content_type": part.get_content_type(),
        "disposition": part.get_content_disposition(),
        "filename": part.get_filename(),
        "content_id": part.get("Content-ID"),
        "size": len(content),
        "text": _decoded(content, part.get_content_charset("utf-8")) if is_text else None,
    }


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _json(status: int, body: Mapping[str, Any]) -> Response:
    return Response(status, _JSON, orjson.dumps(body))


VIEWS: Mapping[str, Operation] = MappingProxyType({"mails": view_mails, "mail": view_mail})
