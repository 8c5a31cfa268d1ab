"""A small HTTP/1.1 server on asyncio for the Runtime API in tests: enough for one keep-alive client."""

import asyncio
from dataclasses import dataclass

from eventyard.base.http import Handler, Request, Response


@dataclass(slots=True)
class Listening:
    port: int
    server: asyncio.Server
    connections: set[asyncio.Task]

    def close(self):
        self.server.close()
        for connection in list(self.connections):
            connection.cancel()


async def serve(handler: Handler, *, host: str, port: int) -> Listening:
    connections: set[asyncio.Task] = set()

    async def converse(reader, writer):
        task = asyncio.current_task()
        connections.add(task)
        try:
            while (request := await _read(reader)) is not None:
                answered = asyncio.get_running_loop().create_future()
                handler(request, answered.set_result)
                writer.write(_bytes(await answered))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            connections.discard(task)
            writer.close()

    server = await asyncio.start_server(converse, host, port, limit=16 * 1024 * 1024)
    return Listening(server.sockets[0].getsockname()[1], server, connections)


async def _read(reader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


async def _read_chunks(reader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def _bytes(response: Response) -> bytes:
    headers = [*response.headers, ("content-length", str(len(response.body)))]
    head = f"HTTP/1.1 {response.status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers)
    return head.encode("latin-1") + b"\r\n" + response.body
