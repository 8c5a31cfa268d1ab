"""A UDP port on the loopback, for what clients send without waiting for an answer: X-Ray's daemon.

Only bytes come in and nothing goes out. Who sends cannot be known, so nobody but this machine may.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
AWS_PORT = 2000
"""Where X-Ray's SDKs send when nobody has told them otherwise."""


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._take(data)


@dataclass(slots=True)
class DatagramPort:
    """An open port."""

    port: int
    _transport: asyncio.DatagramTransport

    def close(self) -> None:
        """Take nothing more."""
        self._transport.close()


async def listen(port: int, take: Callable[[bytes], None]) -> DatagramPort:
    """Have `take` called on the loop with each datagram to the port; where that is taken, a free one is used.

    Raises OSError when there is none.
    """
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(lambda: _Receiver(take), local_addr=(LOOPBACK, port))
    except OSError:
        transport, _ = await loop.create_datagram_endpoint(lambda: _Receiver(take), local_addr=(LOOPBACK, 0))
        used = transport.get_extra_info("sockname")[1]
        log.warning("UDP port %d is taken: X-Ray's daemon listens on %d", port, used)
    return DatagramPort(transport.get_extra_info("sockname")[1], transport)
