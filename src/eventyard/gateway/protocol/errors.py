"""An error in each protocol's clothes: which name, which status, which headers, which members.

`describe` decides everything that does not depend on the bytes; one small function an encoding then dresses it.
The status is the model's, else the error's own, else 400 or 500.

Services that once spoke `query` (SQS, CloudWatch) have two names for an error: the shape's, in the body, and the old
code, in `x-amzn-query-error: <code>;Sender`, from which SDKs take the code they show. Errors that no model declares
have such twins too (`_TWINS`); services may raise them by either name.

Sources: the AWS JSON 1.0/1.1, restJson1, restXml, query and RPC v2 CBOR pages of smithy.io; namespaces as the services
send them (DynamoDB: `com.amazonaws.dynamodb.v20120810#`, `com.amazon.coral.validate#ValidationException`; SQS:
`com.amazonaws.sqs#`, `com.amazon.coral.service#InvalidParameterValueException`, seen in http4k pull request 1336 and in
the AWS recordings behind the error table of the project pail).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from eventyard.base.errors import AwsError
from eventyard.base.http import Response
from eventyard.gateway import sqs_query
from eventyard.gateway.models import Raw, ServiceModel, Shape
from eventyard.gateway.protocol import cbor_tree, json_tree, scalars, xml_tree
from eventyard.gateway.protocol.walk import walk

# Errors outside of the models: (name of the shape in JSON and CBOR, code in XML and in x-amzn-query-error).
_TWINS: Final = (
    ("MissingRequiredParameterException", "MissingParameter"),
    ("InvalidParameterValueException", "InvalidParameterValue"),
    ("InvalidParameterCombinationException", "InvalidParameterCombination"),
    ("ValidationException", "ValidationError"),
    ("AccessDeniedException", "AccessDenied"),
    ("UnknownOperationException", "InvalidAction"),
    ("ThrottlingException", "Throttling"),
    ("SerializationException", "MalformedInput"),
    ("UnrecognizedClientException", "InvalidClientTokenId"),
    ("InvalidSignatureException", "SignatureDoesNotMatch"),
    ("MissingAuthenticationTokenException", "MissingAuthenticationToken"),
    ("IncompleteSignatureException", "IncompleteSignature"),
    ("ExpiredTokenException", "ExpiredToken"),
)
_SHAPE_OF_CODE: Mapping[str, str] = {code: shape for shape, code in _TWINS}
_CODE_OF_SHAPE: Mapping[str, str] = dict(_TWINS)

# Service: (namespace of its own errors, namespace of those that its model does not declare).
_NAMESPACES: Final[Mapping[str, tuple[str, str]]] = {
    "cloudwatch": ("com.amazonaws.cloudwatch.v2010_08_01#", "com.amazon.coral.service#"),
    "dynamodb": ("com.amazonaws.dynamodb.v20120810#", "com.amazon.coral.service#"),
    "dynamodbstreams": ("com.amazonaws.dynamodb.v20120810#", "com.amazon.coral.service#"),
    "resourcegroupstaggingapi": ("com.amazonaws.resourcegroupstaggingapi#", "com.amazon.coral.service#"),
    "sqs": ("com.amazonaws.sqs#", "com.amazon.coral.service#"),
}
_VALIDATION_NAMESPACES: Mapping[str, str] = {"com.amazon.coral.service#": "com.amazon.coral.validate#"}


@dataclass(frozen=True, slots=True)
class Described:
    """An error as one protocol tells it. `code` is what stands in the body, `query_code` the one of `query`."""

    code: str
    namespace: str
    query_code: str
    message: str
    message_name: str
    status: int
    is_server_fault: bool
    shape: Shape | None
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fault(self) -> str:
        return "Receiver" if self.is_server_fault else "Sender"


def unknown_operation(service: ServiceModel, operation: str, protocol: str) -> AwsError:
    """The operation is not in the service's model at all."""
    if protocol == "query":
        message = f"The action {operation} is not valid for this web service."
        if service.name == "sqs":
            message = f"The action {operation} is not valid for this endpoint."
        return AwsError("InvalidAction", message)
    return AwsError(
        "UnknownOperationException", f"The requested operation {operation} is not recognized by the service."
    )


def no_operation_named() -> AwsError:
    """A request of a `query` service that names no operation; SQS answers with an element of that name and no more.

    Source: validated against AWS in LocalStack's tests of SQS's query API.
    """
    return AwsError("UnknownOperationException", "", status=404)


def not_served(service: str, operation: str) -> AwsError:
    """AWS has the operation and Eventyard does not."""
    message = f"Eventyard does not serve the operation {operation} of the service {service}."
    return AwsError("NotImplemented", message, status=501, is_server_fault=True, is_retryable=False)


def describe(error: AwsError, model: ServiceModel, protocol: str) -> Described:
    """Everything about `error` that the bytes need."""
    speaks_codes = protocol in ("query", "rest-xml")
    shape = model.error_shape(error.code)
    if shape is None and not speaks_codes and model.is_query_compatible:
        shape = model.error_shape(_SHAPE_OF_CODE.get(error.code, error.code))
    trait: Raw = {} if shape is None else shape.traits.get("error", {})
    name = shape.name if shape else error.code
    query_code = str(trait.get("code", name))
    status = trait.get("httpStatusCode") or error.status or (500 if error.is_server_fault else 400)
    if model.name == "sqs":
        query_code, status = sqs_query.ERRORS.get(name, (query_code, status))
    if shape is None and (speaks_codes or model.is_query_compatible):
        query_code = _CODE_OF_SHAPE.get(name, name)
    if shape is None and not speaks_codes:
        name = _SHAPE_OF_CODE.get(name, name)
    is_server_fault = error.is_server_fault or bool(shape and shape.has("fault"))
    if is_server_fault and status == 400:
        status = 500
    return Described(
        code=query_code if speaks_codes else name,
        namespace=_namespace(model, name, is_modelled=shape is not None),
        query_code=query_code,
        message=_words(error, model, protocol),
        message_name=_message_name(name, shape),
        status=int(status),
        is_server_fault=is_server_fault,
        shape=shape,
        fields=_fields(error, shape, is_server_fault=is_server_fault),
    )


def _words(error: AwsError, model: ServiceModel, protocol: str) -> str:
    if model.name == "sqs" and protocol == "query":
        return sqs_query.WORDS.get(error.message, error.message)
    return error.message


def _namespace(model: ServiceModel, name: str, *, is_modelled: bool) -> str:
    own, common = _NAMESPACES.get(model.name, ("", ""))
    if is_modelled and not (model.name == "cloudwatch" and name in _CODE_OF_SHAPE):
        return own
    return _VALIDATION_NAMESPACES.get(common, common) if name == "ValidationException" else common


def _message_name(name: str, shape: Shape | None) -> str:
    """`message` or `Message`, as the model has it; two of the errors outside of the models say `Message`."""
    if shape is not None:
        return next((member for member in shape.members if member.lower() == "message"), "message")
    return "Message" if name in ("SerializationException", "AccessDeniedException") else "message"


def _fields(error: AwsError, shape: Shape | None, *, is_server_fault: bool) -> Mapping[str, Any]:
    """The error's further members; Lambda's errors say in `Type` whose fault it is."""
    if shape is None:
        return {}
    known = {name: value for name, value in error.fields.items() if name in shape.members}
    if "Type" in shape.members and "Type" not in known:
        return {"Type": "Service" if is_server_fault else "User", **known}
    return known


def write_json(error: Described, request_id: str, content_type: str, *, is_query_compatible: bool) -> Response:
    """JSON 1.0 and 1.1."""
    tree = {"__type": error.namespace + error.code, **_json_members(error)}
    headers = [("x-amzn-RequestId", request_id), ("Content-Type", content_type)]
    if is_query_compatible:
        headers.append(("x-amzn-query-error", f"{error.query_code};{error.fault}"))
    return Response(error.status, headers, json_tree.render(tree))


def write_rest_json(error: Described, request_id: str, extra_headers: Sequence[tuple[str, str]]) -> Response:
    """rest-json: the code travels in a header."""
    headers = [
        ("x-amzn-RequestId", request_id),
        ("Content-Type", "application/json"),
        ("x-amzn-ErrorType", error.code),
        *extra_headers,
    ]
    return Response(error.status, headers, json_tree.render(_json_members(error)))


def _json_members(error: Described) -> dict[str, Any]:
    members = dict(error.fields)
    if error.message:
        members[error.message_name] = error.message
    if error.shape is None:
        return members
    body = {name: value for name, value in members.items() if name not in _located(error.shape)}
    if error.message and error.message_name not in error.shape.members:
        del body[error.message_name]
        return {**walk(error.shape, json_tree.Writer())(body), error.message_name: error.message}
    tree: dict[str, Any] = walk(error.shape, json_tree.Writer())(body)
    return tree


def _located(shape: Shape) -> frozenset[str]:
    return frozenset(name for name, member in shape.members.items() if member.location)


def write_cbor(error: Described, request_id: str, *, is_query_compatible: bool) -> Response:
    """RPC v2 CBOR."""
    members = dict(error.fields)
    if error.message:
        members[error.message_name] = error.message
    tree = members if error.shape is None else _cbor_members(error, members)
    headers = [
        ("x-amzn-RequestId", request_id),
        ("Content-Type", "application/cbor"),
        ("smithy-protocol", "rpc-v2-cbor"),
    ]
    if is_query_compatible:
        headers.append(("x-amzn-query-error", f"{error.query_code};{error.fault}"))
    return Response(error.status, headers, cbor_tree.render({"__type": error.namespace + error.code, **tree}))


def _cbor_members(error: Described, members: dict[str, Any]) -> dict[str, Any]:
    assert error.shape is not None
    known = error.shape.members
    tree = walk(error.shape, cbor_tree.Writer())({name: part for name, part in members.items() if name in known})
    return {**{name: part for name, part in members.items() if name not in known}, **tree}


def write_xml(error: Described, request_id: str, model: ServiceModel, headers: Sequence[tuple[str, str]]) -> Response:
    """query and rest-xml. S3's error is the root element; all others stand in an ErrorResponse."""
    if error.status == 404 and not error.message and error.code == "InvalidAction":
        return Response(404, list(headers), b"<UnknownOperationException/>\n")
    inside = f"<Code>{xml_tree.escape(error.code)}</Code>"
    inside += f"<Message>{xml_tree.escape(error.message)}</Message>" if error.message else ""
    inside += _xml_members(error)
    if model.name == "s3":
        body = f"<Error>{inside}<RequestId>{request_id}</RequestId><HostId>{request_id}</HostId></Error>"
    else:
        namespace = model.metadata.get("xmlNamespace") or ""
        uri = namespace if isinstance(namespace, str) else namespace.get("uri", "")
        opening = f'<ErrorResponse xmlns="{xml_tree.escape(uri)}">' if uri else "<ErrorResponse>"
        detail = "<Detail/>" if model.name == "sqs" else ""
        body = (
            f"{opening}<Error><Type>{error.fault}</Type>{inside}{detail}</Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    return Response(error.status, list(headers), (xml_tree.DECLARATION + body).encode())


def _xml_members(error: Described) -> str:
    if error.shape is None:
        return ""
    located = _located(error.shape)
    parts = []
    for name, member in error.shape.members.items():
        value = error.fields.get(name)
        if value is not None and name not in located and name != error.message_name:
            parts.append(walk(member, xml_tree.Writer())(xml_tree.element_name(name, member), value))
    return "".join(parts)


def header_values(error: Described) -> list[tuple[str, str]]:
    """The error's members that travel in headers."""
    if error.shape is None:
        return []
    return [
        (member.wire_name(name), scalars.text_of(member, "rfc822")(error.fields[name]))
        for name, member in error.shape.members.items()
        if member.location == "header" and error.fields.get(name) is not None
    ]
