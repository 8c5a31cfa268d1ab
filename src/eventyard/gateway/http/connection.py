"""One socket's life: bytes in, requests to the handler, answers out in the order of their requests.

    reading ──complete request──► waiting ──respond──► written ──► reading …
       │ malformed, too large, too slow
       └────────────────────────► refused: one last answer in its turn, then the socket closes

`_waiting` holds the exchanges that the handler has and has not been answered on the wire, oldest first; an answer given
out of turn stays with its exchange until those before it have gone, and one that is streamed (`streaming.py`) stays in
front until its last piece has. `_held` holds complete requests above the limit of
pipelining; reading is paused while it holds any, so a peer cannot make either grow.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, cast

import httptools

from eventyard.base.http import Handler, Request, Response, Streamed
from eventyard.gateway.http.answer import Answers
from eventyard.gateway.http.body import CollectedBody
from eventyard.gateway.http.deadlines import NEVER, Deadlines
from eventyard.gateway.http.headers import read_headers
from eventyard.gateway.http.limits import HttpLimits
from eventyard.gateway.http.streaming import Stream


class _Refused(Exception):
    """A request that ends its connection: the status and one sentence of the answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(slots=True, eq=False)
class Shared:
    """What all the connections of one server share."""

    handler: Handler
    limits: HttpLimits
    answers: Answers
    deadlines: Deadlines
    loop: asyncio.AbstractEventLoop
    connections: "set[Connection]" = field(default_factory=set)
    is_draining: bool = False
    all_gone: asyncio.Event | None = None  # set by the last connection that ends, where someone waits for that


class _Exchange:
    """A request and its place in the order of answers; calling it is `respond`."""

    __slots__ = ("_connection", "connection_header", "is_head", "is_last", "is_refusal", "request", "response")

    def __init__(self, connection: "Connection", request: Request | None, *, is_last: bool, header: str) -> None:
        self._connection = connection
        self.request = request
        self.is_refusal = request is None
        self.is_head = request is not None and request.method == "HEAD"
        self.is_last = is_last
        self.connection_header = header
        self.response: Response | Streamed | None = None

    def __call__(self, response: Response | Streamed) -> None:
        assert self.response is None, "a request is answered once"
        self.response = response
        self._connection.answer(self)


class Connection(asyncio.Protocol):
    """One connection; its callbacks are asyncio's and the parser's, named by them."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._limits = shared.limits
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # set before anything else happens
        self._peer = ""
        self._is_gone = self._has_hung_up  # one for all of its requests
        self._waiting: deque[_Exchange] = deque()
        self._held: deque[_Exchange] = deque()
        self._stream: Stream | None = None  # the answer to the first of those who wait, while it is on its way
        self._is_partial = False  # a request has begun and is not complete
        self._has_headers = False
        self._is_done_reading = False  # after a last request or a refusal, further bytes mean nothing
        self._is_closing = False
        self._is_half_closed = False
        self._is_dispatching = False
        self._is_read_paused = False
        self._is_write_paused = False
        self._must_continue = False
        self._deadline = NEVER
        self._began_at = 0.0
        self._target = b""
        self._header_lines: list[tuple[bytes, bytes]] = []
        self._headers: dict[str, str] = {}
        self._trailer_bytes = 0
        self._pending_bytes = 0
        self._body: bytes = b""
        self._collected: CollectedBody | None = None
        self._body_bytes = 0

    # The socket.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but its bases
        shared = self._shared
        address = transport.get_extra_info("peername")
        self._peer = str(address[0]) if address else ""
        shared.connections.add(self)
        shared.deadlines.watch(self)
        self._rest()
        if len(shared.connections) > self._limits.connections_max:
            self._refuse(503, "Too many connections.")

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closing = True
        self._is_half_closed = True
        self._is_done_reading = True
        self._held.clear()
        if self._stream is not None:
            self._stream.cut()
        if self._collected is not None:
            self._collected.discard()
        shared = self._shared
        shared.connections.discard(self)
        shared.deadlines.forget(self)
        if shared.all_gone is not None and not shared.connections:
            shared.all_gone.set()

    def data_received(self, data: bytes) -> None:
        if self._is_done_reading:
            return
        self._pending_bytes += len(data)
        try:
            self._feed(data)
        except _Refused as refused:
            self._refuse(refused.status, refused.sentence)
        if self._held:
            self._dispatch()
        if self._is_partial and not self._is_done_reading:
            self._expect_rest_of_request()

    def eof_received(self) -> bool:
        self._is_done_reading = True
        self._is_half_closed = True
        if self._is_closing or self._stream is not None or not (self._waiting or self._held):
            return False
        self._expire_in(self._limits.stall_s)  # it may still read what comes soon, but most such peers have gone
        return True

    def pause_writing(self) -> None:
        self._is_write_paused = True
        if self._stream is not None:
            self._stream.pause()
        self._pause_reading(True)
        self._expire_in(self._limits.stall_s)

    def resume_writing(self) -> None:
        self._is_write_paused = False
        if self._stream is not None:
            self._stream.resume()
        self._dispatch()
        if not self._waiting:
            self._rest()

    # The parser.

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._feed(self._head_without_upgrade() + data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            raise (cause if cause is not None else error) from None
        except httptools.HttpParserError as error:
            if not self._is_done_reading:
                raise _Refused(400, f"Malformed request: {error}.") from None

    def _head_without_upgrade(self) -> bytes:
        """The head of the request just read, as if it had not offered an upgrade: we upgrade to nothing.

        Trap: the parser stops before the body of a request with an upgrade and takes it for complete.
        """
        request = self._held.pop().request
        assert request is not None
        self._is_done_reading = False
        self._parser = httptools.HttpRequestParser(self)
        lines = [f"{request.method} {request.target} HTTP/1.1"]
        for name, value in request.headers.items():
            text = value.lower().replace("upgrade", "x-upgrade") if name == "connection" else value
            lines.append(f"x-upgrade: {value}" if name == "upgrade" else f"{name}: {text}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def on_message_begin(self) -> None:
        self._is_partial = True
        self._has_headers = False
        self._began_at = 0.0  # not read before it is partial
        self._target = b""
        self._body = b""
        self._body_bytes = 0

    def on_url(self, url: bytes) -> None:
        self._target = self._target + url if self._target else url
        if len(self._target) > self._limits.target_bytes_max:
            raise _Refused(414, "The request target is too long.")

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._has_headers:  # how large they are is judged at their end; what comes before it is bounded too
            self._header_lines.append((name, value))
            return
        self._trailer_bytes += len(name) + len(value)  # after a chunked body; nothing here asks for any
        if self._trailer_bytes > self._limits.header_bytes_max:
            raise _Refused(431, "The trailers are too large.")

    def on_headers_complete(self) -> None:
        self._has_headers = True
        self._trailer_bytes = 0
        lines, self._header_lines = self._header_lines, []
        headers = self._headers = read_headers(lines)
        limits = self._limits
        header_bytes = 4 * len(lines) + sum(map(len, chain.from_iterable(lines)))
        if header_bytes > limits.header_bytes_max or len(lines) > limits.headers_max:
            raise _Refused(431, "The headers are too large or too many.")
        length = headers.get("content-length")
        if length is not None and int(length) > limits.body_bytes_max:
            raise _Refused(413, "The body is too large.")
        expectation = headers.get("expect")
        if expectation is None or self._parser.get_http_version() == "1.0":
            return
        if expectation.lower() != "100-continue":
            raise _Refused(417, "The only expectation met is 100-continue.")
        if self._waiting or self._held:
            self._must_continue = True  # in its turn, after the answers before it
        else:
            self._transport.write(self._shared.answers.continue_bytes)

    def on_body(self, chunk: bytes) -> None:
        self._body_bytes += len(chunk)
        limits = self._limits
        if self._body_bytes > limits.body_bytes_max:
            raise _Refused(413, "The body is too large.")
        if self._collected is None and not self._body and len(chunk) <= limits.body_memory_bytes_max:
            self._body = chunk
            return
        if self._collected is None:
            self._collected = CollectedBody(folder=limits.spool_folder, memory_bytes_max=limits.body_memory_bytes_max)
        try:
            if self._body:
                self._collected.add(self._body)
                self._body = b""
            self._collected.add(chunk)
        except OSError as error:
            raise _storage_refused(error) from error

    def on_message_complete(self) -> None:
        self._is_partial = False
        self._must_continue = False
        self._pending_bytes = 0
        body: bytes | memoryview = self._body
        if self._collected is not None:
            body = self._whole_body(self._collected)
        parser = self._parser
        is_last = self._shared.is_draining or not parser.should_keep_alive()
        header = "close" if is_last else ""
        if not is_last and "connection" in self._headers and parser.get_http_version() == "1.0":
            header = "keep-alive"
        request = Request(
            parser.get_method().decode("latin-1"),
            "/" if self._target == b"/" else _origin_form(self._target),
            self._headers,
            body,
            self._peer,
            self._is_gone,
        )
        exchange = _Exchange(self, request, is_last=is_last, header=header)
        if is_last:
            self._is_done_reading = True
        self._held.append(exchange)

    def _whole_body(self, collected: CollectedBody) -> bytes | memoryview:
        try:
            body = collected.whole()
        except OSError as error:
            raise _storage_refused(error) from error
        self._collected = None
        return body

    # Handing over and answering.

    def _dispatch(self) -> None:
        """Give the handler what it may have; read on when nothing is held back."""
        held = self._held
        waiting = self._waiting
        most = self._limits.pipelined_max
        self._is_dispatching = True
        while held and len(waiting) < most and not self._is_write_paused:
            exchange = held.popleft()
            waiting.append(exchange)
            request = exchange.request
            if request is None:
                self.answer(exchange)
            else:
                exchange.request = None
                self._shared.handler(request, exchange)
        self._is_dispatching = False
        self._pause_reading(bool(held) or self._is_write_paused)

    def _pause_reading(self, is_paused: bool) -> None:
        if is_paused == self._is_read_paused or self._is_closing or self._transport.is_closing():
            return
        self._is_read_paused = is_paused
        if is_paused:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def answer(self, exchange: _Exchange) -> None:
        """Write this exchange's answer if it is its turn, and those after it that waited for it."""
        waiting = self._waiting
        if self._is_closing or waiting[0] is not exchange:
            return
        while waiting and (response := waiting[0].response) is not None:
            if response.__class__ is Streamed:
                self._begin_stream(waiting[0])
                return
            self._write(waiting.popleft())
        self._go_on()

    def _go_on(self) -> None:
        if self._held and not self._is_dispatching:
            self._dispatch()
        if not self._waiting:
            self._rest()

    def _write(self, exchange: _Exchange) -> None:
        shared = self._shared
        response = cast("Response", exchange.response)
        is_last = exchange.is_last or (shared.is_draining and self._is_at_rest())
        self._transport.write(
            shared.answers.encode(
                response, is_head=exchange.is_head, connection="close" if is_last else exchange.connection_header
            )
        )
        if response.after is not None:
            shared.loop.call_soon(response.after)  # uvloop writes at the end of this turn of the loop
        if is_last:
            self._end(is_refusal=exchange.is_refusal)

    def _begin_stream(self, exchange: _Exchange) -> None:
        """Send the answer's head and let its pieces follow; a peer of HTTP/1.0 knows no chunks."""
        streamed = cast("Streamed", exchange.response)
        header = exchange.connection_header
        is_chunked = header != "keep-alive" and not (exchange.is_last and self._parser.get_http_version() == "1.0")
        exchange.is_last = exchange.is_last or self._shared.is_draining or not is_chunked
        connection = "close" if exchange.is_last else header
        self._transport.write(self._shared.answers.head(streamed, is_chunked=is_chunked, connection=connection))
        self._stream = Stream(
            streamed,
            write=self._transport.write,
            ended=self._end_stream,
            is_chunked=is_chunked,
            is_head=exchange.is_head,
            is_paused=self._is_write_paused,
        )
        if self._is_half_closed:
            self.abort()
        elif self._shared.is_draining:
            self._stream.stop()

    def _end_stream(self, is_whole: bool) -> None:
        self._stream = None
        exchange = self._waiting.popleft()
        if not is_whole:
            self.abort()
        elif exchange.is_last or (self._shared.is_draining and self._is_at_rest()):
            self._end(is_refusal=False)
        elif self._waiting:
            self.answer(self._waiting[0])
        else:
            self._go_on()

    def _is_at_rest(self) -> bool:
        return not (self._waiting or self._held or self._is_partial)

    def _rest(self) -> None:
        """Nothing is waited for: an interim answer that is due, the end of a half-closed peer, or an idle deadline."""
        if self._is_closing or self._is_write_paused:
            return
        if self._is_half_closed and not self._held:
            self._end(is_refusal=False)
        elif self._is_partial:
            if self._must_continue:
                self._must_continue = False
                self._transport.write(self._shared.answers.continue_bytes)
            self._shared.deadlines.expect(self._deadline)
        else:
            self._expire_in(self._limits.idle_s)

    # Endings.

    def _refuse(self, status: int, sentence: str) -> None:
        self._is_done_reading = True
        self._is_partial = False
        if self._collected is not None:
            self._collected.discard()
            self._collected = None
        exchange = _Exchange(self, None, is_last=True, header="close")
        exchange.response = Response(status, (("content-type", "text/plain"),), sentence.encode())
        self._held.append(exchange)
        if not self._is_dispatching:
            self._dispatch()

    def _end(self, *, is_refusal: bool) -> None:
        self._is_done_reading = True
        self._waiting.clear()
        self._held.clear()
        if not is_refusal:
            self._is_closing = True
            self._transport.close()
            return
        # To close over unread bytes would reset the connection before the peer has read why.
        self._pause_reading(False)
        self._is_closing = True
        self._transport.write_eof()
        self._expire_in(self._limits.linger_s)

    def _expect_rest_of_request(self) -> None:
        """Bound what an incomplete request may cost: bytes around its body, and time."""
        limits = self._limits
        around_bytes = self._pending_bytes - self._body_bytes
        are_too_many = len(self._header_lines) > limits.headers_max
        if are_too_many or around_bytes > limits.target_bytes_max + 2 * limits.header_bytes_max + 8 * self._body_bytes:
            self._refuse(431, "The headers are too large or too many.")
            return
        self._began_at = self._began_at or self._shared.loop.time()
        self._deadline = self._began_at + limits.request_s + self._body_bytes / limits.body_bytes_per_s_min
        self._shared.deadlines.expect(self._deadline)

    def _expire_in(self, duration_s: float) -> None:
        self._deadline = self._shared.loop.time() + duration_s
        self._shared.deadlines.expect(self._deadline)

    def expires_at(self) -> float:
        """Never while the handler owes an answer to a peer that listens."""
        is_deaf = self._is_write_paused or self._is_half_closed or self._is_closing
        return NEVER if self._waiting and not is_deaf else self._deadline

    def expire(self) -> None:
        self._deadline = NEVER
        if self._is_closing or self._is_write_paused or self._is_half_closed:
            self._transport.abort()
        elif self._is_partial:
            self._refuse(408, "The request took too long to arrive.")
        else:
            self._end(is_refusal=False)

    def _has_hung_up(self) -> bool:
        return self._is_half_closed

    def drain(self) -> None:
        """End as soon as what is in flight has been answered: at once when nothing is. What is streamed ends here."""
        if self._stream is not None:
            self._stream.stop()
        if self._is_at_rest() and not self._is_closing:
            self._end(is_refusal=False)

    def abort(self) -> None:
        """End now."""
        self._transport.abort()


def _storage_refused(error: OSError) -> _Refused:
    return _Refused(503, f"The body could not be stored: {error.strerror}.")


def _origin_form(target: bytes) -> str:
    """The path and query of a target; the absolute form that proxies are sent loses its scheme and host."""
    text = target.decode("latin-1")
    if text.startswith("/") or text == "*":
        return text
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        raise _Refused(400, "The request target is neither a path nor a URL.")
    slash = rest.find("/")
    if slash >= 0:
        return rest[slash:]
    return "/" + rest[rest.find("?") :] if "?" in rest else "/"
