"""Streams of events: their bytes, as botocore reads them."""

import asyncio

from botocore.eventstream import EventStreamBuffer

from eventyard.gateway.models import ServiceModels
from eventyard.gateway.protocol.eventstream import message
from eventyard.gateway.protocol.table import codec


def test_a_message_is_what_botocore_reads():
    buffer = EventStreamBuffer()
    buffer.add_data(message(((":message-type", "event"), (":event-type", "ü")), b"payload"))
    (found,) = buffer
    assert (found.headers, found.payload) == ({":message-type": "event", ":event-type": "ü"}, b"payload")


def test_a_stream_begins_with_its_response_and_ends_whoever_makes_it():
    ended = []

    async def events():
        try:
            yield "sessionUpdate", {"sessionMetadata": {"sampled": False}, "sessionResults": []}
            yield "SessionTimeoutException", {"message": "over"}
            yield "sessionUpdate", {}
        finally:
            ended.append(True)

    async def first_three():
        model = ServiceModels().service("logs")
        write_stream = codec(model, "StartLiveTail", "json").write_stream
        streamed = write_stream({"responseStream": events()}, "r")
        assert dict(streamed.headers)["Content-Type"] == "application/vnd.amazon.eventstream"
        pieces = [await anext(streamed.pieces) for _ in range(3)]
        await streamed.pieces.aclose()
        return b"".join(pieces)

    buffer = EventStreamBuffer()
    buffer.add_data(asyncio.run(first_three()))
    first, update, timeout = list(buffer)
    assert (first.headers[":event-type"], first.payload) == ("initial-response", b"{}")
    assert update.headers[":event-type"] == "sessionUpdate"
    assert update.payload == b'{"sessionMetadata":{"sampled":false},"sessionResults":[]}'
    assert timeout.headers[":message-type"] == "exception"
    assert timeout.headers[":exception-type"] == "SessionTimeoutException"
    assert ended == [True]
