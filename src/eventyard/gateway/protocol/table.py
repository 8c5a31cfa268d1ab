"""The table: a protocol is a placement and two encodings. `codec` is all that the gateway calls.

| protocol | members travel | request | answer |
|---|---|---|---|
| query | body | form | XML |
| json | body | JSON | JSON |
| smithy-rpc-v2-cbor | body | CBOR | CBOR |
| rest-json | path, query string, headers, status, body | JSON | JSON |
| rest-xml | path, query string, headers, status, body | XML | XML |

Parameters that `read` gives and results that `write` takes: instants are integer milliseconds since the epoch, blobs
are bytes (a payload that was spooled to disk is a memoryview), numbers are int and float, a member that is `None` is
absent. A result with a member that the model does not have is a bug and fails with a KeyError or an assertion.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from eventyard.base.errors import AwsError
from eventyard.base.http import Response
from eventyard.gateway.models import ServiceModel
from eventyard.gateway.protocol import errors, eventstream, placement
from eventyard.gateway.protocol.encodings import CBOR, FORM, JSON, XML, Encoding
from eventyard.gateway.sqs_query import one_list_of_names

WriteError = Callable[[AwsError, str], Response]


@dataclass(frozen=True, slots=True)
class Codec:
    """One operation in one protocol.

    `read(request, path_params)`: the parameters; `path_params` are the URI template's labels, percent-decoded; raises
    AwsError alone. `write(result, request_id)`: the answer. `write_error(error, request_id)`: the refusal. Where the
    answer is a stream of events, `write_stream` writes it.
    """

    read: placement.Read
    write: placement.Write
    write_error: WriteError
    write_stream: eventstream.WriteStream | None = None


@dataclass(frozen=True, slots=True)
class Protocol:
    """One row of the table."""

    name: str
    is_spread: bool
    request: Encoding
    answer: Encoding
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()
    blob_type: str = "application/json"  # of a payload that is a blob and says no type of its own
    id_names: tuple[str, ...] = ("x-amzn-RequestId",)


PROTOCOLS: Final[Mapping[str, Protocol]] = {
    row.name: row
    for row in (
        Protocol("query", False, FORM, XML, "text/xml"),
        Protocol("json", False, JSON, JSON, "application/x-amz-json-{version}"),
        Protocol("smithy-rpc-v2-cbor", False, CBOR, CBOR, "application/cbor", (("smithy-protocol", "rpc-v2-cbor"),)),
        Protocol("rest-json", True, JSON, JSON, "application/json"),
        Protocol(
            "rest-xml",
            True,
            XML,
            XML,
            "application/xml",
            blob_type="binary/octet-stream",
            id_names=("x-amzn-RequestId", "x-amz-request-id"),
        ),
    )
}


_CHECKED: Final = frozenset({"dynamodb", "dynamodbstreams"})
_BYTES_MAX: Final[Mapping[tuple[str, str], int]] = {("cloudwatch", "PutMetricData"): 1_048_576}
"""Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html"""


def codec(service: ServiceModel, operation: str, protocol: str) -> Codec:
    """The reader and the writers of `operation` in `protocol`; compiled now, so keep it.

    Raises KeyError when there is no such operation or protocol, AwsError when it answers with a stream of events in a
    form that is not served: spread over headers.
    """
    row = PROTOCOLS[protocol]
    model = service.speaking(protocol)
    described = model.operation(operation)
    is_stream = bool(eventstream.stream_member(described))
    if is_stream and (row.is_spread or not eventstream.is_plain(described)):
        raise errors.not_served(service.name, operation)
    content_type = _content_type(row, model)
    headers = (("Content-Type", content_type), *row.headers)
    if row.is_spread:
        read = placement.read_spread(described, row.request)
        write = placement.write_spread(described, row.answer, placement.Style(headers, row.blob_type, row.id_names))
    else:
        read = placement.read_body_alone(described, row.request)
        write = placement.write_body_alone(described, row.answer, headers)
    if service.name == "sqs" and protocol == "query" and operation == "ReceiveMessage":
        read = _with_one_list_of_names(read)
    if service.name in _CHECKED:
        write = placement.with_checksum(write)
    if "gzip" in described.raw.get("requestcompression", {}).get("encodings", ()):
        read = placement.read_unzipped(read)
    if (service.name, operation) in _BYTES_MAX:
        read = placement.read_up_to(read, _BYTES_MAX[service.name, operation])
    write_stream = eventstream.write_stream(described, row.answer, content_type) if is_stream else None
    return Codec(read, write, error_writer(service, protocol), write_stream)


def _with_one_list_of_names(read: placement.Read) -> placement.Read:
    return lambda request, path_params: one_list_of_names(read(request, path_params))


def error_writer(service: ServiceModel, protocol: str) -> WriteError:
    """The writer of errors of a service, also for requests whose operation is not known."""
    row = PROTOCOLS[protocol]
    model = service.speaking(protocol)
    dress = _DRESSES[row.name]

    def write(error: AwsError, request_id: str) -> Response:
        return dress(errors.describe(error, model, protocol), request_id, model)

    return placement.with_checksum(write) if service.name in _CHECKED else write


def _content_type(row: Protocol, model: ServiceModel) -> str:
    return row.content_type.format(version=model.metadata.get("jsonVersion", "1.0"))


def _json_error(error: errors.Described, request_id: str, model: ServiceModel) -> Response:
    content_type = _content_type(PROTOCOLS["json"], model)
    return errors.write_json(error, request_id, content_type, is_query_compatible=model.is_query_compatible)


def _cbor_error(error: errors.Described, request_id: str, model: ServiceModel) -> Response:
    return errors.write_cbor(error, request_id, is_query_compatible=model.is_query_compatible)


def _rest_json_error(error: errors.Described, request_id: str, model: ServiceModel) -> Response:
    return errors.write_rest_json(error, request_id, errors.header_values(error))


def _query_error(error: errors.Described, request_id: str, model: ServiceModel) -> Response:
    headers = [("x-amzn-RequestId", request_id), ("Content-Type", "text/xml")]
    return errors.write_xml(error, request_id, model, headers)


def _rest_xml_error(error: errors.Described, request_id: str, model: ServiceModel) -> Response:
    headers = [
        ("x-amzn-RequestId", request_id),
        ("x-amz-request-id", request_id),
        ("Content-Type", "application/xml"),
        *errors.header_values(error),
    ]
    return errors.write_xml(error, request_id, model, headers)


_DRESSES: Final[Mapping[str, Callable[[errors.Described, str, ServiceModel], Response]]] = {
    "json": _json_error,
    "smithy-rpc-v2-cbor": _cbor_error,
    "rest-json": _rest_json_error,
    "query": _query_error,
    "rest-xml": _rest_xml_error,
}
