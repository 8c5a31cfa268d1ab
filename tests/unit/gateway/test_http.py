"""The server on a real socket: what a peer sends, byte by byte, and what it gets."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from eventyard.base.http import Handler, Request, Respond, Response
from eventyard.gateway.http.limits import HttpLimits
from eventyard.gateway.http.server import Server, serve


def on_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @functools.wraps(test)
    def run(*args: Any, **named: Any) -> None:
        uvloop.run(test(*args, **named))

    return run


def echo(request: Request, respond: Respond) -> None:
    respond(Response(200, (("x-method", request.method),), f"{request.target} {bytes(request.body)!r}".encode()))


class Peer:
    """A raw client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self, *, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 10)).decode("latin-1")
        status_line, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", "0")) if has_body else 0
        return int(status_line.split(" ")[1]), headers, await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        return await asyncio.wait_for(self.reader.read(), 10)


@contextlib.asynccontextmanager
async def serving(handler: Handler = echo, **limits: Any) -> AsyncIterator[Server]:
    server = await serve(handler, host="127.0.0.1", port=0, limits=HttpLimits(**limits))
    try:
        yield server
    finally:
        server.close()
        await server.drain(1)


@contextlib.asynccontextmanager
async def peer_of(server: Server) -> AsyncIterator[Peer]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Peer(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def talking(handler: Handler = echo, **limits: Any) -> AsyncIterator[Peer]:
    async with serving(handler, **limits) as server, peer_of(server) as peer:
        yield peer


class Parked:
    """A handler that keeps what it is asked until the test answers."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.responds: list[Respond] = []
        self._asked = asyncio.Event()

    def __call__(self, request: Request, respond: Respond) -> None:
        self.requests.append(request)
        self.responds.append(respond)
        self._asked.set()

    async def until_asked(self, count: int) -> None:
        while len(self.requests) < count:
            self._asked.clear()
            await asyncio.wait_for(self._asked.wait(), 10)


@on_loop
async def test_a_connection_serves_many_requests() -> None:
    async with talking() as peer:
        for number in range(3):
            peer.send(b"POST /%d?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi" % number)
            status, headers, body = await peer.answer()
            assert (status, body) == (200, b"/%d?a=b b'hi'" % number)
            assert headers["x-method"] == "POST"
            assert headers["date"].endswith("GMT")
            assert "connection" not in headers


@on_loop
async def test_pipelined_requests_are_answered_in_order_whoever_is_done_first() -> None:
    parked = Parked()
    async with talking(parked) as peer:
        peer.send(b"GET /0 HTTP/1.1\r\n\r\nGET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
        await parked.until_asked(3)
        for number in (2, 0, 1):
            parked.responds[number](Response(200, (), b"%d" % number))
        assert [(await peer.answer())[2] for _ in range(3)] == [b"0", b"1", b"2"]


@on_loop
async def test_no_more_than_the_limit_of_pipelined_requests_are_with_the_handler() -> None:
    parked = Parked()
    async with talking(parked, pipelined_max=2) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n" * 500)
        for number in range(500):
            await parked.until_asked(number + 1)
            assert len(parked.requests) <= number + 2
            parked.responds[number](Response(200, (), b"%d" % number))
            assert (await peer.answer())[2] == b"%d" % number


@on_loop
async def test_a_request_may_arrive_byte_by_byte() -> None:
    async with talking() as peer:
        for byte in b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc":
            peer.send(bytes([byte]))
            await asyncio.sleep(0)
        assert (await peer.answer())[2] == b"/a b'abc'"


@on_loop
async def test_a_chunked_body_is_put_together_and_its_trailers_are_left_out() -> None:
    parked = Parked()
    async with talking(parked) as peer:
        peer.send(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Late: 1\r\n\r\n"
        )
        await parked.until_asked(1)
        assert parked.requests[0].body == b"abcde"
        assert "x-late" not in parked.requests[0].headers


@on_loop
async def test_header_names_are_lower_case_and_repeated_ones_are_joined() -> None:
    parked = Parked()
    async with talking(parked) as peer:
        peer.send(b"GET / HTTP/1.1\r\nX-AMZ-Target:  T \r\nX-One: a\r\nx-one: b\r\nX-Latin: \xe9\r\n\r\n")
        await parked.until_asked(1)
        assert parked.requests[0].headers == {"x-amz-target": "T", "x-one": "a, b", "x-latin": "é"}
        assert parked.requests[0].peer == "127.0.0.1"


@on_loop
async def test_a_client_that_expects_to_be_told_to_continue_is_told() -> None:
    async with talking() as peer:
        peer.send(b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert (await peer.answer())[0] == 100
        peer.send(b"ok")
        assert (await peer.answer())[2] == b"/ b'ok'"


@on_loop
async def test_the_word_to_continue_waits_for_the_answers_before_it() -> None:
    parked = Parked()
    async with talking(parked) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\nPUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        await parked.until_asked(1)
        parked.responds[0](Response(200, (), b"first"))
        assert (await peer.answer())[2] == b"first"
        assert (await peer.answer())[0] == 100


@on_loop
async def test_an_expectation_that_we_do_not_know_is_refused_with_417() -> None:
    async with talking() as peer:
        peer.send(b"PUT / HTTP/1.1\r\nExpect: miracles\r\nContent-Length: 2\r\n\r\n")
        assert (await peer.answer())[0] == 417


@on_loop
async def test_an_offer_to_upgrade_is_passed_over() -> None:
    async with talking() as peer:
        upgrade = b"POST /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nhi"
        peer.send(upgrade + b"GET /b HTTP/1.1\r\n\r\n")
        assert (await peer.answer())[2] == b"/a b'hi'"
        assert (await peer.answer())[2] == b"/b b''"


@on_loop
async def test_the_answer_to_head_has_the_length_and_no_body() -> None:
    async with talking() as peer:
        peer.send(b"HEAD /abc HTTP/1.1\r\n\r\nGET /d HTTP/1.1\r\n\r\n")
        _, headers, _ = await peer.answer(has_body=False)
        assert headers["content-length"] == str(len(b"/abc b''"))
        assert (await peer.answer())[2] == b"/d b''"


@on_loop
async def test_a_204_has_neither_length_nor_body() -> None:
    async with talking(lambda _, respond: respond(Response(204))) as peer:
        peer.send(b"DELETE / HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert b"content-length" not in await peer.rest()


@pytest.mark.parametrize(
    ("head", "connection", "is_kept"),
    [
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "close", False),
        (b"GET / HTTP/1.0\r\n\r\n", "close", False),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive", True),
    ],
)
@on_loop
async def test_the_connection_is_kept_as_the_client_asks(head: bytes, connection: str, is_kept: bool) -> None:
    async with talking() as peer:
        peer.send(head)
        _, headers, _ = await peer.answer()
        assert headers["connection"] == connection
        if is_kept:
            peer.send(head)
            assert (await peer.answer())[0] == 200
        else:
            assert await peer.rest() == b""


@on_loop
async def test_a_peer_that_has_ended_its_side_still_gets_its_answer() -> None:
    parked = Parked()
    async with talking(parked) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n")
        peer.writer.write_eof()
        await parked.until_asked(1)
        parked.responds[0](Response(200, (), b"late"))
        assert (await peer.rest()).endswith(b"late")


@on_loop
async def test_a_request_knows_when_its_peer_has_hung_up() -> None:
    parked = Parked()
    async with serving(parked, stall_s=0.05) as server:
        async with peer_of(server) as peer:
            peer.send(b"GET / HTTP/1.1\r\n\r\n")
            await parked.until_asked(1)
            is_gone = parked.requests[0].is_gone
            assert is_gone is not None
            assert not is_gone()
        while server.connections:
            await asyncio.sleep(0)
        assert is_gone()


@on_loop
async def test_a_full_target_url_loses_its_scheme_and_host() -> None:
    async with talking() as peer:
        for target in (b"http://sqs.local:80/q?a=http://b", b"HTTP://h", b"http://h?x"):
            peer.send(b"GET %s HTTP/1.1\r\n\r\n" % target)
        assert [(await peer.answer())[2] for _ in range(3)] == [b"/q?a=http://b b''", b"/ b''", b"/?x b''"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"CONNECT a:80 HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n", 400),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /" + b"a" * 5000, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 5000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 50_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: 1\r\n" % number for number in range(50)) + b"\r\n", 431),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"a" * 50_000, 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 100001\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: 9999999999999\r\nExpect: 100-continue\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" + b"a" * 0x20000, 413),
    ],
)
@on_loop
async def test_what_cannot_be_served_is_refused_and_the_connection_ends(sent: bytes, status: int) -> None:
    async with talking(target_bytes_max=4096, header_bytes_max=4096, headers_max=40, body_bytes_max=100_000) as peer:
        peer.send(sent)
        answered, headers, _ = await peer.answer()
        assert (answered, headers["connection"]) == (status, "close")
        assert await peer.rest() == b""


@on_loop
async def test_a_refusal_comes_after_the_answers_before_it() -> None:
    parked = Parked()
    async with talking(parked) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\nrubbish\r\n\r\n")
        await parked.until_asked(1)
        parked.responds[0](Response(200, (), b"good"))
        assert (await peer.answer())[2] == b"good"
        assert (await peer.answer())[0] == 400


@on_loop
async def test_a_large_body_is_spooled_to_disk_and_handed_over_whole(tmp_path: Path) -> None:
    parked = Parked()
    async with talking(parked, spool_folder=tmp_path) as peer:
        body = bytes(range(256)) * 20_000
        peer.send(b"PUT / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await parked.until_asked(1)
        received = parked.requests[0].body
        assert isinstance(received, memoryview)
        assert received == body
        assert list(tmp_path.iterdir()) == []


@on_loop
async def test_a_body_that_the_disk_does_not_take_is_answered_503(tmp_path: Path) -> None:
    async with talking(spool_folder=tmp_path / "absent") as peer:
        peer.send(b"PUT / HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n" + b"a" * 2_000_000)
        assert (await peer.answer())[0] == 503


@on_loop
async def test_a_slow_request_is_cut_with_408() -> None:
    async with talking(request_s=0.05, body_bytes_per_s_min=1_000_000) as peer:
        peer.send(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
        assert (await peer.answer())[0] == 408


@on_loop
async def test_an_idle_connection_is_closed() -> None:
    async with talking(idle_s=0.05) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n")
        assert (await peer.answer())[0] == 200
        assert await peer.rest() == b""


@on_loop
async def test_a_request_that_waits_for_its_answer_is_not_idle() -> None:
    parked = Parked()
    async with serving(parked, idle_s=0.05) as server, peer_of(server) as waiting, peer_of(server) as idle:
        waiting.send(b"GET / HTTP/1.1\r\n\r\n")
        await parked.until_asked(1)
        assert await idle.rest() == b""  # by now the waiting one would have been closed too
        parked.responds[0](Response(200, (), b"here"))
        assert (await waiting.answer())[2] == b"here"


@on_loop
async def test_a_peer_that_does_not_read_its_answers_is_cut() -> None:
    big = Response(200, (), b"a" * 4_000_000)
    async with serving(lambda _, respond: respond(big), stall_s=0.05) as server, peer_of(server) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n" * 20)
        while server.connections:
            await asyncio.sleep(0)


@on_loop
async def test_large_answers_wait_until_the_peer_reads() -> None:
    asked: list[str] = []

    def answer_big(request: Request, respond: Respond) -> None:
        asked.append(request.target)
        respond(Response(200, (), b"a" * 8_000_000))

    async with talking(answer_big) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n" * 10)
        assert len((await peer.answer())[2]) == 8_000_000
        assert len(asked) < 10
        for _ in range(9):
            assert len((await peer.answer())[2]) == 8_000_000


@on_loop
async def test_connections_above_the_limit_are_turned_away_with_503() -> None:
    async with serving(connections_max=1) as server, peer_of(server) as first:
        first.send(b"GET / HTTP/1.1\r\n\r\n")
        assert (await first.answer())[0] == 200
        async with peer_of(server) as second:
            assert (await second.answer())[0] == 503


@on_loop
async def test_draining_answers_what_is_in_flight_and_accepts_no_more() -> None:
    parked = Parked()
    async with serving(parked) as server, peer_of(server) as busy, peer_of(server) as idle:
        busy.send(b"GET / HTTP/1.1\r\n\r\n")
        await parked.until_asked(1)
        draining = asyncio.create_task(server.drain(10))
        assert await idle.rest() == b""
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", server.port)
        parked.responds[0](Response(200, (), b"last"))
        _, headers, body = await busy.answer()
        assert (body, headers["connection"]) == (b"last", "close")
        await draining
        assert server.connections == 0


@on_loop
async def test_draining_cuts_what_is_not_answered_in_time() -> None:
    parked = Parked()
    async with serving(parked) as server, peer_of(server) as busy:
        busy.send(b"GET / HTTP/1.1\r\n\r\n")
        await parked.until_asked(1)
        await server.drain(0.01)
        with contextlib.suppress(OSError):
            assert await busy.rest() == b""


@on_loop
async def test_after_is_called_once_the_answer_has_left() -> None:
    called = asyncio.Event()
    async with talking(lambda _, respond: respond(Response(200, (), b"x", after=called.set))) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n")
        await peer.answer()
        await asyncio.wait_for(called.wait(), 10)


@on_loop
async def test_a_header_value_cannot_begin_another_header() -> None:
    async with talking(lambda _, respond: respond(Response(200, (("x-a", "1\r\nx-b: 2"),)))) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n")
        _, headers, _ = await peer.answer()
        assert headers["x-a"] == "1  x-b: 2"
        assert "x-b" not in headers


@on_loop
async def test_an_answer_to_a_peer_that_has_gone_is_dropped() -> None:
    parked = Parked()
    async with serving(parked) as server:
        async with peer_of(server) as peer:
            peer.send(b"GET / HTTP/1.1\r\n\r\n")
            await parked.until_asked(1)
            peer.writer.transport.abort()
        server.close()
        await server.drain(5)
        parked.responds[0](Response(200))
        assert server.connections == 0


_LINES = (
    *("GET / HTTP/1.1", "POST /a?b HTTP/1.1", "HEAD / HTTP/1.0", "Host: x", "Content-Length: 3", "Connection: close"),
    *("Transfer-Encoding: chunked", "Expect: 100-continue", "Upgrade: x", "Connection: upgrade", "", "0\r\n", "3"),
)
_PIECES = st.sampled_from([*(f"{line}\r\n".encode() for line in _LINES), b"abc", b"\x00", b"\n", b":", b" "])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(_PIECES, st.binary(max_size=20)), max_size=25))
def test_no_bytes_break_the_server(pieces: list[bytes]) -> None:
    async def send_all() -> None:
        failures: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
        async with serving() as server:
            async with peer_of(server) as peer:
                for piece in pieces:
                    peer.send(piece)
                    await asyncio.sleep(0)
                peer.writer.write_eof()
                received = await peer.rest()
                assert b" 500 " not in received
            async with peer_of(server) as other:
                other.send(b"GET /still-here HTTP/1.1\r\n\r\n")
                assert (await other.answer())[2] == b"/still-here b''"
        assert failures == []

    uvloop.run(send_all())
