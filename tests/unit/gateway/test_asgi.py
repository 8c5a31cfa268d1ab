"""An ASGI application behind our HTTP: one answer, pieces at the peer's pace, and what becomes of mistakes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from eventyard.base.http import Request, Respond, Response, Streamed
from eventyard.gateway.asgi import PIECES_MAX, AsgiHandler
from tests.unit.gateway.test_http import on_loop

Send = Callable[[dict[str, Any]], Awaitable[None]]
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}


async def _ask(application: Any, request: Request) -> Response | Streamed:
    answered: asyncio.Future[Response | Streamed] = asyncio.get_running_loop().create_future()
    respond: Respond = answered.set_result
    AsgiHandler(application).handle(request, respond, state={"who": "me"})
    return await asyncio.wait_for(answered, 10)


@on_loop
async def test_the_application_sees_the_request_as_asgi_has_it() -> None:
    seen: dict[str, Any] = {}

    async def application(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        seen.update(scope, message=await receive())
        await send(START)
        await send({"type": "http.response.body", "body": b"hello"})

    request = Request("POST", "/a%20b/%C3%A9?x=%20", {"host": "h"}, b"body", "127.0.0.1")
    response = await _ask(application, request)
    assert isinstance(response, Response)
    assert (response.status, response.body) == (200, b"hello")
    assert response.headers == (("content-type", "text/plain"),)
    assert (seen["path"], seen["raw_path"], seen["query_string"]) == ("/a b/é", b"/a%20b/%C3%A9", b"x=%20")
    assert (seen["method"], seen["headers"], seen["state"]) == ("POST", [(b"host", b"h")], {"who": "me"})
    assert seen["message"] == {"type": "http.request", "body": b"body", "more_body": False}


@on_loop
async def test_a_body_in_pieces_is_streamed_without_running_ahead_of_its_peer() -> None:
    sent: list[int] = []

    async def application(scope: Any, receive: Any, send: Send) -> None:
        await send({**START, "headers": [(b"content-length", b"9999")]})
        for number in range(100):
            await send({"type": "http.response.body", "body": b"%d" % number, "more_body": True})
            sent.append(number)
        await send({"type": "http.response.body"})

    streamed = await _ask(application, Request("GET", "/", {}, b""))
    assert isinstance(streamed, Streamed)
    assert streamed.headers == (), "its length is not known"
    for _ in range(50):
        await asyncio.sleep(0)
    assert len(sent) <= PIECES_MAX
    assert [piece async for piece in streamed.pieces] == [b"%d" % number for number in range(100)]


@on_loop
async def test_a_peer_that_goes_away_ends_the_application() -> None:
    ended = asyncio.Event()

    async def application(scope: Any, receive: Any, send: Send) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        try:
            await receive()
            await receive()
        finally:
            ended.set()

    streamed = await _ask(application, Request("GET", "/", {}, b""))
    assert isinstance(streamed, Streamed)
    pieces: Any = streamed.pieces
    assert await anext(pieces) == b"one"
    await pieces.aclose()
    await asyncio.wait_for(ended.wait(), 10)


@on_loop
async def test_a_mistake_before_the_answer_is_a_500() -> None:
    async def application(scope: Any, receive: Any, send: Send) -> None:
        raise ValueError("a mistake")

    response = await _ask(application, Request("GET", "/", {}, b""))
    assert isinstance(response, Response)
    assert response.status == 500
    assert b"a mistake" not in response.body


@on_loop
async def test_a_mistake_within_a_streamed_answer_cuts_it() -> None:
    async def application(scope: Any, receive: Any, send: Send) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        raise ValueError("a mistake")

    streamed = await _ask(application, Request("GET", "/", {}, b""))
    assert isinstance(streamed, Streamed)
    with pytest.raises(EOFError):
        [piece async for piece in streamed.pieces]
