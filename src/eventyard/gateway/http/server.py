"""The door: `serve` listens and gives each complete request to a handler; `Server` ends it, gently or at once.

The handler sees only values (`base/http.py`); it may answer later and in any order. What a peer may cost is bounded by
`HttpLimits`; nothing here raises because of what a peer sent.
"""

import asyncio
from collections.abc import Callable

from eventyard.base.clock import RealClock
from eventyard.base.http import Handler
from eventyard.gateway.http.answer import Answers
from eventyard.gateway.http.connection import Connection, Shared
from eventyard.gateway.http.deadlines import Deadlines
from eventyard.gateway.http.limits import HttpLimits

_BACKLOG = 1024


class Server:
    """A listening server."""

    def __init__(self, listening: asyncio.Server, shared: Shared) -> None:
        self._listening = listening
        self._shared = shared
        self.port: int = listening.sockets[0].getsockname()[1]

    @property
    def connections(self) -> int:
        return len(self._shared.connections)

    async def drain(self, timeout_s: float) -> None:
        """Stop accepting, answer what is in flight, close; what is not answered within `timeout_s` is cut."""
        self._shared.is_draining = True
        self._listening.close()
        for connection in tuple(self._shared.connections):
            connection.drain()
        if self._shared.connections:
            self._shared.all_gone = asyncio.Event()
            try:
                await asyncio.wait_for(self._shared.all_gone.wait(), timeout_s)
            except TimeoutError:
                self.close()

    def close(self) -> None:
        """End now; whoever waits for an answer loses it."""
        self._listening.close()
        for connection in tuple(self._shared.connections):
            connection.abort()


async def serve(
    handler: Handler,
    *,
    host: str,
    port: int,
    limits: HttpLimits | None = None,
    now_ms: Callable[[], int] | None = None,
) -> Server:
    """Listen on `host` and `port` (0 takes a free one) and give `handler` every complete request.

    `now_ms` makes the `Date` header (default: the machine's time). Errors: `OSError` when the address is not free.
    """
    loop = asyncio.get_running_loop()
    shared = Shared(
        handler=handler,
        limits=limits or HttpLimits(),
        answers=Answers(now_ms or RealClock().now_ms),
        deadlines=Deadlines(loop),
        loop=loop,
    )
    listening = await loop.create_server(lambda: Connection(shared), host, port, backlog=_BACKLOG)
    return Server(listening, shared)
