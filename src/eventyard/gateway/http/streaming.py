"""A `Streamed` answer on its way out: one task that asks for a piece when the peer has taken those before it.

It ends in one of three ways: `ended(True)` after the last piece or an early `stop`, so that the peer sees a whole
body; `ended(False)` after a mistake, so that it sees a cut one; or nothing is told, after `cut`. However it ends, the
pieces are closed first.
"""

import asyncio
import logging
from collections.abc import Callable

from eventyard.base.http import Streamed

log = logging.getLogger(__name__)

LAST_CHUNK = b"0\r\n\r\n"


class Stream:
    """The body of one answer. `write` puts bytes on the socket; `pause` and `resume` tell whether it takes them."""

    def __init__(
        self,
        streamed: Streamed,
        *,
        write: Callable[[bytes], None],
        ended: Callable[[bool], None],
        is_chunked: bool,
        is_head: bool,
        is_paused: bool,
    ) -> None:
        self._streamed = streamed
        self._write = write
        self._ended = ended
        self._is_chunked = is_chunked
        self._is_head = is_head
        self._may_write = asyncio.Event()
        self._is_stopped = False
        self._is_cut = False
        if not is_paused:
            self._may_write.set()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def pause(self) -> None:
        """Ask for no more pieces."""
        self._may_write.clear()

    def resume(self) -> None:
        """Go on."""
        self._may_write.set()

    def stop(self) -> None:
        """End the body here, whole as far as the peer can tell: the server stops."""
        self._is_stopped = True
        self._task.cancel()

    def cut(self) -> None:
        """The peer has gone: close the pieces and tell nobody."""
        self._is_cut = True
        self._task.cancel()

    async def _run(self) -> None:
        is_whole = False
        try:
            if not self._is_head:
                await self._send_pieces()
            is_whole = True
        except asyncio.CancelledError:
            is_whole = self._is_stopped
        except Exception:
            log.exception("a mistake of ours in a streamed answer")
        await self._close_pieces()
        if self._is_cut:
            return
        if is_whole and self._is_chunked and not self._is_head:
            self._write(LAST_CHUNK)
        self._ended(is_whole)

    async def _send_pieces(self) -> None:
        await self._may_write.wait()
        async for piece in self._streamed.pieces:
            if not piece:
                continue  # an empty chunk would be the last one
            self._write(b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunked else piece)
            await self._may_write.wait()

    async def _close_pieces(self) -> None:
        close = getattr(self._streamed.pieces, "aclose", None)
        if close is not None:
            await asyncio.gather(close(), return_exceptions=True)
