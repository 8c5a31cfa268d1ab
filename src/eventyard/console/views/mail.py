"""The local mailbox: what was sent to people, and one mail as they would see it."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.store.tx import Tx


def mails(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The latest mails; `text` is part of a subject, a sender or a recipient."""
    text = str(call.params.get("text", ""))
    return {**call.view(tx, "ses", "mails", {"text": text}), "asked": {"text": text}}


def mail(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One mail with its headers and its parts."""
    told: Mapping[str, Any] = call.view(tx, "ses", "mail", {"id": call.params["id"]})
    return told
