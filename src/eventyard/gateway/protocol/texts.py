"""Members as text: in path labels, query parameters and headers, one value or a list of them.

A list in a header is separated by commas; a value that holds one is quoted, an HTTP date holds exactly one and is not.
"""

from collections.abc import Callable
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.gateway.models import Shape
from eventyard.gateway.protocol import scalars


def not_readable(name: str, text: str) -> AwsError:
    """A path label, query parameter or header that is no value of its type."""
    return AwsError("SerializationException", f"Value '{text}' at '{name}' can not be converted to its type")


def text_reader(name: str, shape: Shape) -> Callable[[str], Any]:
    """A reader of the scalar `shape` from text; it raises the AwsError that names `name` when the text is none."""
    read = scalars.READERS[shape.type]

    def read_text(text: str) -> Any:
        try:
            return read(text)
        except scalars.NotReadable:
            raise not_readable(name, text) from None

    return read_text


def header_reader(name: str, member: Shape) -> Callable[[str], Any]:
    """A reader of `member` from a header, where a list is separated by commas."""
    if member.type == "list":
        read_text = text_reader(name, member.element)
        split = split_dates if _is_http_date(member.element) else split_values
        return lambda text: [read_text(part) for part in split(text)]
    if member.has("jsonvalue"):
        read_blob = text_reader(name, _blob_like(member))
        return lambda text: read_blob(text).decode("utf-8", "replace")
    return text_reader(name, member)


def _blob_like(member: Shape) -> Shape:
    return Shape(member.name, "blob", member.traits, member.model)


def _is_http_date(shape: Shape) -> bool:
    return shape.type == "timestamp" and (shape.text("timestampFormat") or "rfc822").lower() == "rfc822"


def split_values(text: str) -> list[str]:
    """The values of a list header: separated by commas, quoted when they hold one."""
    values: list[str] = []
    position = 0
    while position < len(text):
        value, position = _next_value(text, position)
        values.append(value)
    return values


def _next_value(text: str, position: int) -> tuple[str, int]:
    while position < len(text) and text[position] == " ":
        position += 1
    if position < len(text) and text[position] == '"':
        return _quoted_value(text, position + 1)
    comma = text.find(",", position)
    end = len(text) if comma < 0 else comma
    return text[position:end].strip(), end + 1


def _quoted_value(text: str, position: int) -> tuple[str, int]:
    letters = []
    while position < len(text) and text[position] != '"':
        if text[position] == "\\":
            position += 1
        letters.append(text[position : position + 1])
        position += 1
    comma = text.find(",", position)
    return "".join(letters), len(text) if comma < 0 else comma + 1


def split_dates(text: str) -> list[str]:
    """The values of a list header of HTTP dates, each of which holds one comma."""
    pieces = [piece.strip() for piece in text.split(",")]
    return [", ".join(pieces[start : start + 2]) for start in range(0, len(pieces), 2)]


def header_text(member: Shape) -> Callable[[Any], str]:
    """A writer of `member` as a header, where a list is separated by commas."""
    if member.type == "list":
        text = scalars.text_of(member.element, "rfc822")
        is_date = _is_http_date(member.element)
        return lambda values: ", ".join(_quoted(text(value), is_date=is_date) for value in values)
    if member.has("jsonvalue"):
        return lambda value: scalars.blob_text(str(value).encode())
    return scalars.text_of(member, "rfc822")


def _quoted(text: str, *, is_date: bool) -> str:
    if is_date or not ("," in text or '"' in text):
        return text
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'
