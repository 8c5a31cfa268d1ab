"""An ordinary ASGI application as a handler of our HTTP: the console stands on this.

One task runs the application for each request. A body sent at once is a `Response`; one that says there is more to
come is `Streamed`, and the application waits until the peer has taken what it has sent. A peer that hangs up, and a
server that stops, cancel the task. What the application lets escape before it has answered is a 500.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes

from eventyard.base.http import Request, Respond, Response, Streamed
from eventyard.gateway import pages

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Application = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]
"""As ASGI defines it: `application(scope, receive, send)`."""

PIECES_MAX = 4
"""Pieces that the application is ahead of its peer."""

_NOT_STREAMED = frozenset({"content-length", "transfer-encoding", "connection"})


class AsgiHandler:
    """Answers requests with the application."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._running: set[asyncio.Task[None]] = set()

    def handle(self, request: Request, respond: Respond, *, state: Mapping[str, Any]) -> None:
        """Answer the request, later; see `base.http.Handler`. The application finds `state` in its scope."""
        exchange = _Exchange(request, respond, {**_scope(request), "state": dict(state)})
        task = asyncio.get_running_loop().create_task(exchange.run(self._application))
        exchange.task = task
        self._running.add(task)
        task.add_done_callback(self._running.discard)


class _Exchange:
    """One request to the application, and its answer."""

    def __init__(self, request: Request, respond: Respond, scope: MutableMapping[str, Any]) -> None:
        self.task: asyncio.Task[None] | None = None
        self._request: Request | None = request
        self._respond = respond
        self._scope = scope
        self._start: Message | None = None
        self._has_answered = False
        self._has_failed = False
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(PIECES_MAX)

    async def run(self, application: Application) -> None:
        is_whole = False
        try:
            await application(self._scope, self._receive, self._send)
            is_whole = True
        except Exception:
            log.exception("a mistake of ours in %s %s", self._scope["method"], self._scope["path"])
        if not self._has_answered:
            self._has_answered = True
            self._respond(pages.plain_error(pages.internal_failure(), ""))
        elif not is_whole:
            self._has_failed = True
            await self._pieces.put(None)

    async def _receive(self) -> Message:
        request, self._request = self._request, None
        if request is None:
            await asyncio.Event().wait()  # whoever waits for the peer's end is cancelled by it
        assert request is not None
        return {"type": "http.request", "body": bytes(request.body), "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        body, has_more = bytes(message.get("body", b"")), message.get("more_body", False)
        if not self._has_answered:
            self._has_answered = True
            self._answer(body, is_streamed=has_more)
            if not has_more:
                return
        if body:
            await self._pieces.put(body)
        if not has_more:
            await self._pieces.put(None)

    def _answer(self, body: bytes, *, is_streamed: bool) -> None:
        assert self._start is not None, "an application begins its answer before the body"
        left_out = _NOT_STREAMED if is_streamed else frozenset({"content-length"})
        decoded = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._start.get("headers", ()))
        headers = tuple(pair for pair in decoded if pair[0].lower() not in left_out)
        status = int(self._start["status"])
        self._respond(Streamed(status, headers, self._stream()) if is_streamed else Response(status, headers, body))

    async def _stream(self) -> AsyncIterator[bytes]:
        try:
            while (piece := await self._pieces.get()) is not None:
                yield piece
            if self._has_failed:
                raise EOFError("the application ended before its answer")  # so that the peer sees a cut body
        finally:
            if self.task is not None:
                self.task.cancel()


def _scope(request: Request) -> dict[str, Any]:
    """The connection scope of a request."""
    path = request.path
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode("latin-1"),
        "query_string": request.query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()],
        "client": (request.peer, 0) if request.peer else None,
        "server": None,
    }
