"""Where members travel: all in the body (rpc), or spread over path, query string, headers, status and body (rest).

A placement makes one `read` and one `write` of an operation from an encoding's two body functions. Everything that
depends on the shape is decided when it is made.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote_plus

from eventyard.base.errors import AwsError
from eventyard.base.http import Request, Response
from eventyard.gateway.models import OperationModel, Shape
from eventyard.gateway.protocol import scalars
from eventyard.gateway.protocol.encodings import Encoding, Headers

Read = Callable[[Request, Mapping[str, str]], dict[str, Any]]
Write = Callable[[Mapping[str, Any], str], Response]
ReadPart = Callable[[Request, Mapping[str, str], dict[str, Any]], None]

QUERY_FIELDS_MAX: Final = 1_000
UNZIPPED_BYTES_MAX: Final = 64 * 1024 * 1024


def read_body_alone(operation: OperationModel, encoding: Encoding) -> Read:
    """All parameters are in the body."""
    if operation.input is None:
        return lambda request, path_params: {}
    read = encoding.body_reader(operation.input)
    return lambda request, path_params: read(request.body)


def write_body_alone(operation: OperationModel, encoding: Encoding, headers: Headers) -> Write:
    """The whole result is in the body."""
    write = encoding.answer_writer(operation)
    fixed = tuple(headers)

    def write_answer(result: Mapping[str, Any], request_id: str) -> Response:
        return Response(200, (("x-amzn-RequestId", request_id), *fixed), write(result, request_id))

    return write_answer


def read_unzipped(read: Read) -> Read:
    """The same, for operations that a client may send compressed. Raises AwsError beyond `UNZIPPED_BYTES_MAX`."""

    def read_either(request: Request, path_params: Mapping[str, str]) -> dict[str, Any]:
        if not request.headers.get("content-encoding", "").lower().endswith("gzip"):
            return read(request, path_params)
        unzipped = Request(request.method, request.target, request.headers, _unzip(request.body), request.peer)
        return read(unzipped, path_params)

    return read_either


def _unzip(body: bytes | memoryview) -> bytes:
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unzipped = stream.decompress(body, UNZIPPED_BYTES_MAX)
    except zlib.error:
        raise AwsError("SerializationException", "The request body is not valid gzip") from None
    if not stream.eof:
        raise AwsError("SerializationException", "The request body is cut off, or too large when unzipped")
    return unzipped


def not_readable(name: str, text: str) -> AwsError:
    """A path label, query parameter or header that is no value of its type."""
    return AwsError("SerializationException", f"Value '{text}' at '{name}' can not be converted to its type")


def read_spread(operation: OperationModel, encoding: Encoding) -> Read:
    """Parameters come from the path, the query string, the headers and the body."""
    shape = operation.input
    if shape is None:
        return lambda request, path_params: {}
    parts = [
        part
        for part in (
            _uri_reader(_at(shape, "uri")),
            _query_reader(_at(shape, "querystring")),
            _header_reader(_at(shape, "header")),
            _prefix_reader(_at(shape, "headers")),
            _body_part(shape, encoding),
        )
        if part is not None
    ]

    def read(request: Request, path_params: Mapping[str, str]) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for part in parts:
            part(request, path_params, params)
        return params

    return read


def _at(shape: Shape, location: str) -> list[tuple[str, str, Shape]]:
    """The members at a location: (name, name on the wire, shape)."""
    return [
        (name, member.wire_name(name), member) for name, member in shape.members.items() if member.location == location
    ]


def _text_reader(name: str, shape: Shape) -> Callable[[str], Any]:
    read = scalars.READERS[shape.type]

    def read_text(text: str) -> Any:
        try:
            return read(text)
        except scalars.NotReadable:
            raise not_readable(name, text) from None

    return read_text


def _uri_reader(members: Sequence[tuple[str, str, Shape]]) -> ReadPart | None:
    readers = [(name, wire, _text_reader(name, member)) for name, wire, member in members]

    def read(request: Request, path_params: Mapping[str, str], params: dict[str, Any]) -> None:
        for name, wire, read_text in readers:
            if wire in path_params:
                params[name] = read_text(path_params[wire])

    return read if readers else None


def _query_reader(members: Sequence[tuple[str, str, Shape]]) -> ReadPart | None:
    named = [(name, wire, member) for name, wire, member in members if member.type != "map"]
    readers = [(name, wire, member.type == "list", _query_text(name, member)) for name, wire, member in named]
    taken = {wire for _, wire, _ in named}
    rest = [(name, member.value.type == "list") for name, _, member in members if member.type == "map"]

    def read(request: Request, path_params: Mapping[str, str], params: dict[str, Any]) -> None:
        found = query_fields(request.query)
        for name, wire, is_list, read_text in readers:
            texts = found.get(wire)
            if texts is not None:
                params[name] = [read_text(text) for text in texts] if is_list else read_text(texts[-1])
        for name, is_multiple in rest:
            pairs = {wire: texts if is_multiple else texts[0] for wire, texts in found.items() if wire not in taken}
            if pairs:
                params[name] = pairs

    return read if members else None


def _query_text(name: str, member: Shape) -> Callable[[str], Any]:
    return _text_reader(name, member.element if member.type == "list" else member)


def query_fields(query: str) -> dict[str, list[str]]:
    """The decoded parameters of a query string, repeated ones together. Raises AwsError on an absurd number of them."""
    found: dict[str, list[str]] = {}
    if not query:
        return found
    parts = query.split("&", QUERY_FIELDS_MAX + 1)
    if len(parts) > QUERY_FIELDS_MAX:
        raise AwsError("SerializationException", "The request has too many query parameters")
    for name, _, value in (part.partition("=") for part in parts if part):
        found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return found


def _header_reader(members: Sequence[tuple[str, str, Shape]]) -> ReadPart | None:
    readers = [(name, wire.lower(), _header_value_reader(name, member)) for name, wire, member in members]

    def read(request: Request, path_params: Mapping[str, str], params: dict[str, Any]) -> None:
        for name, wire, read_value in readers:
            text = request.headers.get(wire)
            if text is not None:
                params[name] = read_value(text)

    return read if readers else None


def _header_value_reader(name: str, member: Shape) -> Callable[[str], Any]:
    if member.type == "list":
        read_text = _text_reader(name, member.element)
        split = split_dates if _is_http_date(member.element) else split_values
        return lambda text: [read_text(part) for part in split(text)]
    if member.has("jsonvalue"):
        read_blob = _text_reader(name, _blob_like(member))
        return lambda text: read_blob(text).decode("utf-8", "replace")
    return _text_reader(name, member)


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


def _prefix_reader(members: Sequence[tuple[str, str, Shape]]) -> ReadPart | None:
    prefixes = [(name, member.text("locationName").lower()) for name, _, member in members]

    def read(request: Request, path_params: Mapping[str, str], params: dict[str, Any]) -> None:
        for name, prefix in prefixes:
            found = {
                header[len(prefix) :]: value for header, value in request.headers.items() if header.startswith(prefix)
            }
            if found:
                params[name] = found

    return read if members else None


def _body_part(shape: Shape, encoding: Encoding) -> ReadPart | None:
    if shape.payload:
        return _payload_reader(shape.payload, shape.members[shape.payload], encoding)
    if all(member.location for member in shape.members.values()):
        return None
    read_body = encoding.body_reader(_body_alone(shape, _REQUEST_LOCATIONS))

    def read(request: Request, path_params: Mapping[str, str], params: dict[str, Any]) -> None:
        if len(request.body):
            params.update(read_body(request.body))

    return read


_REQUEST_LOCATIONS: Final = frozenset({"uri", "querystring", "header", "headers"})
_ANSWER_LOCATIONS: Final = frozenset({"statusCode", "header", "headers"})


def _body_alone(shape: Shape, elsewhere: frozenset[str]) -> Shape:
    """The shape with only those members that travel in the body. A path label in an answer does."""
    refs = shape.traits["members"]
    body = {name: refs[name] for name, member in shape.members.items() if member.location not in elsewhere}
    return Shape(shape.name, shape.type, {**shape.traits, "members": body}, shape.model)


def _payload_reader(name: str, member: Shape, encoding: Encoding) -> ReadPart:
    if member.type == "blob":
        read_body: Callable[[bytes | memoryview], Any] = _as_it_came
    elif member.type == "string":
        read_body = _read_text_payload
    else:
        read_body = encoding.body_reader(member)

    def read(request: Request, path_params: Mapping[str, str], params: dict[str, Any]) -> None:
        if len(request.body):
            params[name] = read_body(request.body)

    return read


def _as_it_came(body: bytes | memoryview) -> bytes | memoryview:
    return body


def _read_text_payload(body: bytes | memoryview) -> str:
    try:
        return bytes(body).decode("utf-8")
    except UnicodeDecodeError:
        raise AwsError("SerializationException", "The request body is not valid UTF-8") from None


def write_spread(operation: OperationModel, encoding: Encoding, headers: Headers) -> Write:
    """The result goes to status, headers and body."""
    shape = operation.output
    if shape is None:
        empty = tuple(headers) if operation.status != 204 else ()
        return lambda result, request_id: Response(operation.status, (("x-amzn-RequestId", request_id), *empty), b"")
    write_headers = header_writer(shape)
    write_body = _body_writer(shape, encoding, headers)
    status_member = next((name for name, member in shape.members.items() if member.location == "statusCode"), "")

    def write(result: Mapping[str, Any], request_id: str) -> Response:
        status = int(result.get(status_member) or operation.status)
        content_headers, body = write_body(result)
        fields = [("x-amzn-RequestId", request_id), *write_headers(result)]
        if status == 204:
            return Response(status, fields, b"")
        named = {name.lower() for name, _ in fields}
        return Response(status, [*fields, *(one for one in content_headers if one[0].lower() not in named)], body)

    return write


def header_writer(shape: Shape) -> Callable[[Mapping[str, Any]], list[tuple[str, str]]]:
    """How the members of `shape` that travel in headers are written."""
    single = [(name, wire, _header_text(member)) for name, wire, member in _at(shape, "header")]
    prefixed = [(name, member.text("locationName")) for name, _, member in _at(shape, "headers")]

    def write(result: Mapping[str, Any]) -> list[tuple[str, str]]:
        headers = [(wire, text(result[name])) for name, wire, text in single if result.get(name) is not None]
        for name, prefix in prefixed:
            headers.extend((prefix + key, value) for key, value in (result.get(name) or {}).items())
        return headers

    return write


def _header_text(member: Shape) -> Callable[[Any], str]:
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


BodyWriter = Callable[[Mapping[str, Any]], tuple[Headers, bytes]]


def _body_writer(shape: Shape, encoding: Encoding, headers: Headers) -> BodyWriter:
    if shape.payload:
        return _payload_writer(shape.payload, shape.members[shape.payload], encoding, headers)
    body_shape = _body_alone(shape, _ANSWER_LOCATIONS)
    write = encoding.body_writer(body_shape, shape.text("locationName") or shape.name)
    names = frozenset(body_shape.members)

    def write_body(result: Mapping[str, Any]) -> tuple[Headers, bytes]:
        return headers, write({name: value for name, value in result.items() if name in names})

    return write_body


def _payload_writer(name: str, member: Shape, encoding: Encoding, headers: Headers) -> BodyWriter:
    kinds: Mapping[str, tuple[Headers, Callable[[Any], bytes]]] = {
        "blob": (_OCTETS, bytes),
        "string": (_TEXT, str.encode),
    }
    if member.type in kinds:
        headers, write = kinds[member.type]
    else:
        write = encoding.body_writer(member, member.wire_name(name))

    def write_body(result: Mapping[str, Any]) -> tuple[Headers, bytes]:
        value = result.get(name)
        return ((), b"") if value is None else (headers, write(value))

    return write_body


_OCTETS: Final[Headers] = (("Content-Type", "application/octet-stream"),)
_TEXT: Final[Headers] = (("Content-Type", "text/plain"),)
