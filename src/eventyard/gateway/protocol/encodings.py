"""The four encodings as values of one type: a body's bytes to parameters, and a result to a body's bytes.

A placement asks an `Encoding` for functions of a shape; which bytes they mean is decided here and in the `*_tree`
modules, and nowhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eventyard.base.errors import AwsError
from eventyard.gateway.models import OperationModel, Shape
from eventyard.gateway.protocol import cbor_tree, form_tree, json_tree, xml_tree
from eventyard.gateway.protocol.walk import walk

Body = bytes | memoryview
Headers = Sequence[tuple[str, str]]
ReadBody = Callable[[Body], Any]
WriteBody = Callable[[Any], bytes]
WriteAnswer = Callable[[Mapping[str, Any], str], bytes]


@dataclass(frozen=True, slots=True)
class Encoding:
    """`body_reader(shape)`; `body_writer(shape, root)`, `root` being the name of XML's root element;
    `answer_writer(operation)` writes a whole rpc answer from result and request id."""

    body_reader: Callable[[Shape], ReadBody]
    body_writer: Callable[[Shape, str], WriteBody]
    answer_writer: Callable[[OperationModel], WriteAnswer]


def _bounded(read: Callable[[Any], Any], parse: Callable[[Body], Any]) -> ReadBody:
    """Parse, then read. A shape that contains itself can nest deeper than the interpreter goes: that is refused."""

    def read_body(body: Body) -> Any:
        tree = parse(body)
        try:
            return read(tree)
        except RecursionError:
            raise AwsError("SerializationException", "The request is nested too deeply") from None

    return read_body


def _read_json(shape: Shape) -> ReadBody:
    words = json_tree.DYNAMODB if shape.model.name.startswith("dynamodb") else json_tree.CORAL
    return _bounded(walk(shape, json_tree.Reader(words)), json_tree.parse)


def _write_json(shape: Shape, root: str) -> WriteBody:
    write = walk(shape, json_tree.Writer())
    return lambda result: json_tree.render(write(result))


def _answer_json(operation: OperationModel) -> WriteAnswer:
    """An operation without an output shape answers an empty body, as AWS does."""
    if operation.output is None:
        return lambda result, request_id: b""
    write = walk(operation.output, json_tree.Writer())
    return lambda result, request_id: json_tree.render(write(result))


def _read_cbor(shape: Shape) -> ReadBody:
    return _bounded(walk(shape, cbor_tree.Reader()), cbor_tree.parse)


def _write_cbor(shape: Shape, root: str) -> WriteBody:
    write = walk(shape, cbor_tree.Writer())
    return lambda result: cbor_tree.render(write(result))


def _answer_cbor(operation: OperationModel) -> WriteAnswer:
    if operation.output is None:
        return lambda result, request_id: b""
    write = walk(operation.output, cbor_tree.Writer())
    return lambda result, request_id: cbor_tree.render(write(result))


def _read_form(shape: Shape) -> ReadBody:
    return _bounded(walk(shape, form_tree.Reader()), form_tree.parse)


def _read_xml(shape: Shape) -> ReadBody:
    read = walk(shape, xml_tree.Reader())
    return _bounded(read, lambda body: [xml_tree.parse(body)])


def _write_xml(shape: Shape, root: str) -> WriteBody:
    write = walk(shape, xml_tree.Writer())
    return lambda result: (xml_tree.DECLARATION + write(root, result)).encode()


def _answer_xml(operation: OperationModel) -> WriteAnswer:
    """The `query` protocol's answer: result and request id in an envelope named after the operation."""
    namespace = operation.service.metadata.get("xmlNamespace") or ""
    uri = namespace if isinstance(namespace, str) else namespace.get("uri", "")
    attribute = f' xmlns="{xml_tree.escape(uri)}"' if uri else ""
    opening = f"{xml_tree.DECLARATION}<{operation.name}Response{attribute}>"
    closing = f"</{operation.name}Response>"
    output = operation.output
    write = None if output is None else walk(output, xml_tree.Writer())
    wrapper = f"{operation.name}Result" if output is None else output.text("resultWrapper") or f"{operation.name}Result"

    def write_answer(result: Mapping[str, Any], request_id: str) -> bytes:
        inside = "" if write is None else write(wrapper, result)
        metadata = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
        return f"{opening}{inside}{metadata}{closing}".encode()

    return write_answer


def _never_written(*_: object) -> Any:
    raise AssertionError("no AWS service answers with a form")


JSON: Final = Encoding(_read_json, _write_json, _answer_json)
CBOR: Final = Encoding(_read_cbor, _write_cbor, _answer_cbor)
XML: Final = Encoding(_read_xml, _write_xml, _answer_xml)
FORM: Final = Encoding(_read_form, _never_written, _never_written)
