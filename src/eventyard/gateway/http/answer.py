"""A `Response` on its way out: the bytes of its status line, headers and body, made in one piece."""

from collections.abc import Callable, Mapping, Sequence
from email.utils import formatdate
from http import HTTPStatus

from eventyard.base.http import Response, Streamed

_STATUS_LINES: Mapping[int, str] = {int(status): f"HTTP/1.1 {int(status)} {status.phrase}\r\n" for status in HTTPStatus}
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Answers:
    """Makes the bytes of answers; remembers the `Date` line of the current second."""

    __slots__ = ("_date_line", "_now_ms", "_second")

    continue_bytes = _CONTINUE

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._second = -1
        self._date_line = ""

    def encode(self, response: Response, *, is_head: bool, connection: str) -> bytes:
        """The whole answer. `connection` is the value of that header, or empty for none.

        A status of 204 or 304 has no body; the answer to HEAD has the length of the body it leaves out.
        """
        status = response.status
        status_line = _STATUS_LINES.get(status) or f"HTTP/1.1 {status} Status {status}\r\n"
        length_line = "" if status in (204, 304) else f"content-length: {len(response.body)}\r\n"
        connection_line = f"connection: {connection}\r\n" if connection else ""
        head_bytes = _bytes(f"{status_line}{_lines(response.headers)}{self._date()}{length_line}{connection_line}\r\n")
        return head_bytes if is_head or not length_line else head_bytes + response.body

    def head(self, streamed: Streamed, *, is_chunked: bool, connection: str) -> bytes:
        """The beginning of a streamed answer; a body that is not chunked ends with its connection."""
        status = streamed.status
        status_line = _STATUS_LINES.get(status) or f"HTTP/1.1 {status} Status {status}\r\n"
        body_line = "transfer-encoding: chunked\r\n" if is_chunked else ""
        connection_line = f"connection: {connection}\r\n" if connection else ""
        return _bytes(f"{status_line}{_lines(streamed.headers)}{self._date()}{body_line}{connection_line}\r\n")

    def _date(self) -> str:
        second = self._now_ms() // 1000
        if second != self._second:
            self._second = second
            self._date_line = f"date: {formatdate(second, usegmt=True)}\r\n"
        return self._date_line


def _bytes(head: str) -> bytes:
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:
        return head.encode("utf-8", "replace")


def _lines(headers: Sequence[tuple[str, str]]) -> str:
    text = ""
    for name, value in headers:
        if "\r" in value or "\n" in value:  # a client's text in a header must not begin another header
            value = value.replace("\r", " ").replace("\n", " ")  # noqa: PLW2901
        text += f"{name}: {value}\r\n"
    return text
