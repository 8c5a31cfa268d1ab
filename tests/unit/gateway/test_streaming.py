"""Answers that come piece by piece, on a real socket: their framing, their pace, and how they end."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from eventyard.base.http import Request, Respond, Response, Streamed
from eventyard.gateway.http.server import Server
from tests.unit.gateway.test_http import Peer, on_loop, peer_of, serving, talking

PLAIN = (("content-type", "text/plain"),)


class Pieces:
    """Pieces that the test gives one by one; knows how many were asked for, and whether it was closed."""

    def __init__(self) -> None:
        self.given: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.asked = 0
        self.closed = asyncio.Event()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        self.asked += 1
        piece = await self.given.get()
        if piece is None:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        self.closed.set()

    def handle(self, request: Request, respond: Respond) -> None:
        respond(Response(200, (), b"plain") if request.path == "/plain" else Streamed(200, PLAIN, self))


async def _head(peer: Peer) -> str:
    return (await asyncio.wait_for(peer.reader.readuntil(b"\r\n\r\n"), 10)).decode()


async def _chunk(peer: Peer) -> bytes:
    size = int(await asyncio.wait_for(peer.reader.readline(), 10), 16)
    return (await peer.reader.readexactly(size + 2))[:-2]


@on_loop
async def test_each_piece_leaves_as_a_chunk_of_its_own_when_it_comes() -> None:
    pieces = Pieces()
    async with talking(pieces.handle) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\nGET /plain HTTP/1.1\r\n\r\n")
        head = await _head(peer)
        assert head.startswith("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n")
        assert "transfer-encoding: chunked" in head
        assert "content-length" not in head
        for piece in (b"one", b"", b"three"):
            pieces.given.put_nowait(piece)
            if piece:
                assert await _chunk(peer) == piece
        pieces.given.put_nowait(None)
        assert await _chunk(peer) == b""
        assert (await peer.answer())[2] == b"plain", "what was asked behind the stream follows it"
        assert pieces.closed.is_set()


@on_loop
async def test_the_answer_to_head_has_no_pieces() -> None:
    pieces = Pieces()
    async with talking(pieces.handle) as peer:
        peer.send(b"HEAD / HTTP/1.1\r\n\r\nGET /plain HTTP/1.1\r\n\r\n")
        assert "transfer-encoding: chunked" in await _head(peer)
        assert (await peer.answer())[2] == b"plain"
        assert (pieces.asked, pieces.closed.is_set()) == (0, True)


@pytest.mark.parametrize("connection", [b"", b"Connection: keep-alive\r\n"])
def test_a_peer_of_http_1_0_gets_no_chunks_and_the_connection_ends_with_the_body(connection: bytes) -> None:
    @on_loop
    async def run() -> None:
        pieces = Pieces()
        async with talking(pieces.handle) as peer:
            peer.send(b"GET / HTTP/1.0\r\n" + connection + b"\r\n")
            for piece in (b"one", b"two", None):
                pieces.given.put_nowait(piece)
            head = await _head(peer)
            assert "chunked" not in head
            assert "connection: close" in head
            assert await peer.rest() == b"onetwo"

    run()


@on_loop
async def test_a_stream_in_a_last_answer_is_chunked_and_the_connection_ends() -> None:
    pieces = Pieces()
    async with talking(pieces.handle) as peer:
        peer.send(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        pieces.given.put_nowait(b"one")
        pieces.given.put_nowait(None)
        assert "connection: close" in await _head(peer)
        assert await peer.rest() == b"3\r\none\r\n0\r\n\r\n"


@on_loop
async def test_a_peer_that_hangs_up_closes_the_pieces() -> None:
    pieces = Pieces()
    async with serving(pieces.handle) as server:
        async with peer_of(server) as peer:
            peer.send(b"GET / HTTP/1.1\r\n\r\n")
            await _head(peer)
        await asyncio.wait_for(pieces.closed.wait(), 10)
        await _until_gone(server)


@on_loop
async def test_a_peer_that_ends_its_side_of_a_stream_has_hung_up() -> None:
    pieces = Pieces()
    async with talking(pieces.handle) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n")
        await _head(peer)
        peer.writer.write_eof()
        assert await peer.rest() == b""
        await asyncio.wait_for(pieces.closed.wait(), 10)


@on_loop
async def test_no_piece_is_asked_for_while_the_peer_does_not_read() -> None:
    pieces = Pieces()
    async with talking(pieces.handle) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n")
        await _head(peer)
        for _ in range(400):
            pieces.given.put_nowait(b"x" * 65_536)
        asked = -1
        while asked != pieces.asked:  # until it has come to a halt
            asked = pieces.asked
            for _ in range(200):
                await asyncio.sleep(0)
        assert pieces.asked < 400
        pieces.given.put_nowait(None)
        assert await _read_chunks(peer) == 400 * 65_536


@on_loop
async def test_a_mistake_in_a_stream_cuts_its_body() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        raise ValueError("a mistake")

    def handle(request: Request, respond: Respond) -> None:
        respond(Streamed(200, PLAIN, pieces()))

    async with talking(handle) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n")
        await _head(peer)
        assert not (await _rest_or_reset(peer)).endswith(b"0\r\n\r\n")


@on_loop
async def test_an_open_stream_is_not_idle() -> None:
    pieces = Pieces()
    async with talking(pieces.handle, idle_s=0.01) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n")
        await _head(peer)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(peer.reader.read(1), 1.3)  # the deadlines ring at most once a second
        pieces.given.put_nowait(b"still here")
        assert await _chunk(peer) == b"still here"


@on_loop
async def test_draining_ends_a_stream_at_once_with_a_whole_body() -> None:
    pieces = Pieces()
    async with serving(pieces.handle) as server, peer_of(server) as peer:
        peer.send(b"GET / HTTP/1.1\r\n\r\n")
        await _head(peer)
        pieces.given.put_nowait(b"one")
        assert await _chunk(peer) == b"one"
        await asyncio.wait_for(server.drain(60), 5)
        assert await peer.rest() == b"0\r\n\r\n"
        assert pieces.closed.is_set()


async def _until_gone(server: Server) -> None:
    while server.connections:
        await asyncio.sleep(0)


async def _read_chunks(peer: Peer) -> int:
    total = 0
    while piece := await _chunk(peer):
        total += len(piece)
    return total


async def _rest_or_reset(peer: Peer) -> bytes:
    try:
        return await peer.rest()
    except ConnectionResetError:
        return b""
