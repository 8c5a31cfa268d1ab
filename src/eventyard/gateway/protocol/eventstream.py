"""Answers that are streams of events, in `application/vnd.amazon.eventstream`.

One event is

    total length  headers' length  CRC-32 of these two  headers         payload  CRC-32 of all before it
    u32           u32              u32                  name and value  bytes    u32

A header is its name's length (u8), its name, its type (7, a text), its value's length (u16), its value. An operation
answers with an asynchronous iterator of (event's name, event) in the member that is the stream; its other members, none
mostly, are the first event, `initial-response`, which rpc protocols have.
Source: https://smithy.io/2.0/aws/amazon-eventstream.html
"""

import zlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from struct import pack
from typing import Any, Final

from eventyard.base.http import Streamed
from eventyard.gateway.models import OperationModel, Shape
from eventyard.gateway.protocol.encodings import Encoding

CONTENT_TYPE: Final = "application/vnd.amazon.eventstream"
INITIAL: Final = "initial-response"
_TEXT: Final = 7

WriteStream = Callable[[Mapping[str, Any], str], Streamed]
WriteEvent = Callable[[str, Mapping[str, Any]], bytes]


def stream_member(operation: OperationModel) -> str:
    """The member of the answer that is a stream of events; empty where there is none."""
    members = operation.output.members if operation.output else {}
    return next((name for name, member in members.items() if member.has("eventstream")), "")


def is_plain(operation: OperationModel) -> bool:
    """Whether the events of the stream are payloads as a whole, with nothing of them in headers."""
    events = _events(operation).values()
    parts = [part for event in events for part in event.members.values()]
    return not any(part.has("eventpayload") or part.has("eventheader") for part in parts)


def write_stream(operation: OperationModel, encoding: Encoding, content_type: str) -> WriteStream:
    """How answers of the operation are written; each of its events is a payload as a whole."""
    member = stream_member(operation)
    writers = {name: encoding.body_writer(event, name) for name, event in _events(operation).items()}
    failures = frozenset(name for name, event in _events(operation).items() if event.has("exception"))

    def write_event(name: str, event: Mapping[str, Any]) -> bytes:
        kind = "exception" if name in failures else "event"
        headers = ((":message-type", kind), (f":{kind}-type", name), (":content-type", content_type))
        return message(headers, writers[name](event))

    first = message(((":message-type", "event"), (":event-type", INITIAL), (":content-type", content_type)), b"{}")

    def write(result: Mapping[str, Any], request_id: str) -> Streamed:
        headers = (("x-amzn-RequestId", request_id), ("Content-Type", CONTENT_TYPE))
        return Streamed(200, headers, _pieces(first, result[member], write_event))

    return write


def message(headers: Sequence[tuple[str, str]], payload: bytes) -> bytes:
    """One event's bytes."""
    head = b"".join(
        pack("!B", len(name)) + name.encode() + pack("!BH", _TEXT, len(text.encode())) + text.encode()
        for name, text in headers
    )
    lengths = pack("!II", 16 + len(head) + len(payload), len(head))
    whole = lengths + pack("!I", zlib.crc32(lengths)) + head + payload
    return whole + pack("!I", zlib.crc32(whole))


def _events(operation: OperationModel) -> Mapping[str, Shape]:
    assert operation.output is not None
    return operation.output.members[stream_member(operation)].members


async def _pieces(
    first: bytes, events: AsyncIterator[tuple[str, Mapping[str, Any]]], write_event: WriteEvent
) -> AsyncIterator[bytes]:
    """The first event, then the others; whoever makes them is ended when the peer has gone."""
    try:
        yield first
        async for name, event in events:
            yield write_event(name, event)
    finally:
        close = getattr(events, "aclose", None)
        if close is not None:
            await close()
