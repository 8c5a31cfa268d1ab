"""An HTTP request and its response as plain values, so that whoever handles them needs no socket.

`gateway/http.py` makes requests from bytes and bytes from responses; the gateway, the Runtime API of functions and the
health pages are all handlers of this one form.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

Headers = Mapping[str, str]


@dataclass(slots=True)
class Request:
    """One request, complete.

    Shapes: `method` upper case; `target` the raw request target as sent (path and query, undecoded); `headers` by
    lower-case name, repeated ones joined by `", "` (values latin-1 decoded, outer blanks stripped); `body` whole.
    A body above the spooling limit was collected in a file on disk and is a `memoryview` over it (mmap).
    `peer` is the other side's address as text; `is_gone` tells whether it has hung up since (`None`: nobody knows).
    """

    method: str
    target: str
    headers: Headers
    body: bytes | memoryview
    peer: str = ""
    is_gone: Callable[[], bool] | None = None

    @property
    def path(self) -> str:
        """The target up to the first `?`, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target after the first `?`, still percent-encoded; empty when there is none."""
        return self.target.partition("?")[2]


@dataclass(slots=True)
class Response:
    """One response; `content-length`, `date` and `connection` are added on the way out."""

    status: int
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    after: Callable[[], None] | None = field(default=None)  # called when the bytes were handed to the socket


@dataclass(slots=True)
class Streamed:
    """An answer whose body comes piece by piece, chunked: a live stream, or more than should be held at once.

    The next piece is asked for when the peer has taken those before it. `pieces` is closed (`aclose`, where it has one)
    when it ends, when the peer hangs up, and when the server stops; a body that its own mistake ends is cut visibly.
    """

    status: int
    headers: Sequence[tuple[str, str]]
    pieces: AsyncIterator[bytes]


Respond = Callable[[Response | Streamed], None]
Handler = Callable[[Request, Respond], None]
"""Called on the loop for each complete request; calls `respond` exactly once, now or later; never raises."""
