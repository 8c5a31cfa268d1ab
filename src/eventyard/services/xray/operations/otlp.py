"""OTLP over HTTP: spans of OpenTelemetry's SDKs and collectors, taken as segments.

POST /v1/traces                 where every exporter sends by itself
POST /opentelemetry/v1/traces   where some gateways have it

JSON or protobuf, with or without gzip. What cannot be taken of a request is told as its partial success.
Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import orjson

from eventyard.base.http import Request, Response
from eventyard.engine.call import Call
from eventyard.engine.registry import Page
from eventyard.services.xray.model.otlp import OtelSpan, document_of
from eventyard.services.xray.model.otlp_reading import NoRequest, spans_of_json, spans_of_message
from eventyard.services.xray.model.segments import Accepted, Refused, read_document
from eventyard.services.xray.work.keeping import keep
from eventyard.store.tx import Tx

JSON, PROTOBUF = "application/json", "application/x-protobuf"
BODY_BYTES_MAX = 16 * 1024 * 1024
"""What a body may have, unpacked too; ours: it is read on the loop."""


class _Refused(Exception):
    """The request cannot be answered with anything of it taken: a status and why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def export_traces(tx: Tx, call: Call[Mapping[str, Any]]) -> Response:
    """Keep the request's spans, and answer in its own form."""
    request: Request = call.params["request"]
    form = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        taken, reasons = _judged(list(_spans(form, _body(request))), call.now_ms)
    except _Refused as refused:
        body = orjson.dumps({"code": 3, "message": str(refused)})
        return Response(refused.status, (("content-type", JSON),), body)
    keep(tx, call, taken)
    write = _write_message if form == PROTOBUF else _write_json
    return Response(200, (("content-type", form),), write(len(reasons), reasons[0] if reasons else ""))


def _judged(spans: list[OtelSpan | str], now_ms: int) -> tuple[list[Accepted], list[str]]:
    """What can be kept, and why the others cannot."""
    taken: list[Accepted] = []
    reasons: list[str] = []
    for span in spans:
        if isinstance(span, str):
            reasons.append(span)
            continue
        found = read_document(document_of(span), now_ms)
        if isinstance(found, Refused):
            reasons.append(f"Span {span.id}: {found.code}.")
        else:
            taken += found
    return taken, reasons


def _spans(form: str, body: bytes) -> Iterator[OtelSpan | str]:
    if form == PROTOBUF:
        yield from spans_of_message(_message(body))
        return
    if form != JSON:
        raise _Refused(415, f"The content type is {JSON} or {PROTOBUF}.")
    try:
        yield from spans_of_json(orjson.loads(body))
    except (orjson.JSONDecodeError, NoRequest) as wrong:
        raise _Refused(400, str(wrong)) from wrong


def _body(request: Request) -> bytes:
    encoding, body = request.headers.get("content-encoding", "identity").lower(), bytes(request.body)
    if len(body) > BODY_BYTES_MAX:
        raise _Refused(413, "The body is too large.")
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise _Refused(415, "The content encoding is gzip or identity.")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            unpacked = packed.read(BODY_BYTES_MAX + 1)
    except (OSError, EOFError, zlib.error) as wrong:
        raise _Refused(400, "The body is no gzip.") from wrong
    if len(unpacked) > BODY_BYTES_MAX:
        raise _Refused(413, "The body is too large.")
    return unpacked


def _message(body: bytes) -> Any:
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - read at the first request, docs/decisions/0023
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415
        ExportTraceServiceRequest,
    )

    try:
        return ExportTraceServiceRequest.FromString(body)
    except DecodeError as wrong:
        raise _Refused(400, "The body is no ExportTraceServiceRequest.") from wrong


def _write_message(rejected: int, message: str) -> bytes:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415
        ExportTraceServiceResponse,
    )

    response = ExportTraceServiceResponse()
    if rejected:
        response.partial_success.rejected_spans = rejected
        response.partial_success.error_message = message
    written: bytes = response.SerializeToString()
    return written


def _write_json(rejected: int, message: str) -> bytes:
    told = {"rejectedSpans": str(rejected), "errorMessage": message}
    return orjson.dumps({"partialSuccess": told} if rejected else {})


_PAGE = Page(export_traces, methods=("POST",))
PAGES: Mapping[str, Page] = MappingProxyType({"/v1/traces": _PAGE, "/opentelemetry/v1/traces": _PAGE})
