"""Where members travel: all in the body (rpc), or spread over path, query string, headers, status and body (rest).

A placement makes one `read` and one `write` of an operation from an encoding's two body functions. Everything that
depends on the shape is decided when it is made.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_plus

from eventyard.base.errors import AwsError
from eventyard.base.http import Request, Response
from eventyard.gateway.models import OperationModel, Shape
from eventyard.gateway.protocol.encodings import Encoding, Headers
from eventyard.gateway.protocol.texts import header_reader, header_text, text_reader

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
        return read(unzipped(request) if is_zipped(request) else request, path_params)

    return read_either


def read_up_to(read: Read, bytes_max: int) -> Read:
    """The same, for operations whose requests AWS limits: by their size on the wire. Unverified: the words."""

    def read_small(request: Request, path_params: Mapping[str, str]) -> dict[str, Any]:
        sent = request.headers.get("content-length", "")
        size = int(sent) if sent.isdecimal() else len(request.body)
        if size > bytes_max:
            told = f"Request size {size} exceeded {bytes_max} bytes"
            raise AwsError("RequestEntityTooLargeException", told, status=413)
        return read(request, path_params)

    return read_small


def is_zipped(request: Request) -> bool:
    """Whether the body says of itself that it is compressed."""
    return request.headers.get("content-encoding", "").lower().endswith("gzip")


def unzipped(request: Request) -> Request:
    """The request with its body as it was before it was compressed. Raises AwsError beyond `UNZIPPED_BYTES_MAX`."""
    headers = {name: value for name, value in request.headers.items() if name != "content-encoding"}
    return Request(request.method, request.target, headers, _unzip(request.body), request.peer)


def _unzip(body: bytes | memoryview) -> bytes:
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unzipped = stream.decompress(body, UNZIPPED_BYTES_MAX)
    except zlib.error:
        raise AwsError("SerializationException", "The request body is not valid gzip") from None
    if not stream.eof:
        raise AwsError("SerializationException", "The request body is cut off, or too large when unzipped")
    return unzipped


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
            _headers_reader(_at(shape, "header")),
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


def _uri_reader(members: Sequence[tuple[str, str, Shape]]) -> ReadPart | None:
    readers = [(name, wire, text_reader(name, member)) for name, wire, member in members]

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
    return text_reader(name, member.element if member.type == "list" else member)


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


def _headers_reader(members: Sequence[tuple[str, str, Shape]]) -> ReadPart | None:
    readers = [(name, wire.lower(), header_reader(name, member)) for name, wire, member in members]

    def read(request: Request, path_params: Mapping[str, str], params: dict[str, Any]) -> None:
        for name, wire, read_value in readers:
            text = request.headers.get(wire)
            if text is not None:
                params[name] = read_value(text)

    return read if readers else None


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


@dataclass(frozen=True, slots=True)
class Style:
    """What a rest protocol's answers have in common: headers of a body in the protocol's encoding, the content type of
    a payload that is a blob, and the headers that hold the request id."""

    headers: Headers
    blob_type: str
    id_names: tuple[str, ...]


def write_spread(operation: OperationModel, encoding: Encoding, style: Style) -> Write:
    """The result goes to status, headers and body."""
    shape = operation.output
    if shape is None:
        return lambda result, request_id: Response(operation.status, [(name, request_id) for name in style.id_names])
    write_headers = header_writer(shape)
    write_body = _body_writer(shape, encoding, style)
    status_member = next((name for name, member in shape.members.items() if member.location == "statusCode"), "")

    def write(result: Mapping[str, Any], request_id: str) -> Response:
        status = int(result.get(status_member) or operation.status)
        fields = [*((name, request_id) for name in style.id_names), *write_headers(result)]
        if status == 204:
            return Response(status, fields)
        content_headers, body = write_body(result)
        named = {name.lower() for name, _ in fields}
        return Response(status, [*fields, *(one for one in content_headers if one[0].lower() not in named)], body)

    return write


def header_writer(shape: Shape) -> Callable[[Mapping[str, Any]], list[tuple[str, str]]]:
    """How the members of `shape` that travel in headers are written."""
    single = [(name, wire, header_text(member)) for name, wire, member in _at(shape, "header")]
    prefixed = [(name, member.text("locationName")) for name, _, member in _at(shape, "headers")]

    def write(result: Mapping[str, Any]) -> list[tuple[str, str]]:
        headers = [(wire, text(result[name])) for name, wire, text in single if result.get(name) is not None]
        for name, prefix in prefixed:
            headers.extend((prefix + key, value) for key, value in (result.get(name) or {}).items())
        return headers

    return write


BodyWriter = Callable[[Mapping[str, Any]], tuple[Headers, bytes]]


def _body_writer(shape: Shape, encoding: Encoding, style: Style) -> BodyWriter:
    if shape.payload:
        return _payload_writer(shape.payload, shape.members[shape.payload], encoding, style)
    body_shape = _body_alone(shape, _ANSWER_LOCATIONS)
    write = encoding.body_writer(body_shape, shape.text("locationName") or shape.name)
    names = frozenset(body_shape.members)

    def write_body(result: Mapping[str, Any]) -> tuple[Headers, bytes]:
        return style.headers, write({name: value for name, value in result.items() if name in names})

    return write_body


def _payload_writer(name: str, member: Shape, encoding: Encoding, style: Style) -> BodyWriter:
    headers, write = style.headers, encoding.body_writer(member, member.wire_name(name))
    if member.type == "blob":
        headers, write = (("Content-Type", style.blob_type),), bytes
    elif member.type == "string":
        headers, write = (("Content-Type", "text/plain"),), str.encode

    def write_body(result: Mapping[str, Any]) -> tuple[Headers, bytes]:
        value = result.get(name)
        return ((), b"") if value is None else (headers, write(value))

    return write_body


def with_checksum(write: Callable[..., Response]) -> Callable[..., Response]:
    """The same answer with the body's CRC-32 in `x-amz-crc32`, as DynamoDB sends it and its SDKs check it."""

    def write_checked(given: Any, request_id: str) -> Response:
        response = write(given, request_id)
        response.headers = (*response.headers, ("x-amz-crc32", str(zlib.crc32(response.body))))
        return response

    return write_checked
