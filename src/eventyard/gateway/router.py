"""Which service and which operation a request is for, and in which protocol it speaks.

In this order, the first that is there: the `X-Amz-Target` header (json), the path of `smithy-protocol: rpc-v2-cbor`, an
`Action` in the form or the query string (query), a method and a path (rest). The service of the last two is the one
that the signature names, else the one whose API version or host name fits. Nothing here asks whether we serve it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import quote_plus, unquote_plus

from eventyard.base.errors import AwsError
from eventyard.base.http import Request
from eventyard.gateway.models import CatalogEntry, ServiceModels
from eventyard.gateway.protocol.errors import no_operation_named, unknown_operation
from eventyard.gateway.protocol.placement import is_zipped, unzipped
from eventyard.gateway.sqs_query import NOT_AT_A_QUEUE
from eventyard.gateway.uri_tree import UriTree

_CBOR_PATH = re.compile(r"/service/([A-Za-z0-9_.]+)/operation/([A-Za-z0-9_]+)$")
_ACTION = re.compile(rb"(?:^|&)Action=([^&]*)")
_VERSION = re.compile(rb"(?:^|&)Version=([^&]*)")
_QUEUE_PATH = re.compile(r"/(?:[^?]*/)?(?:\d{12}|queue)/[^/?]+/?$")
_NONE: Mapping[str, str] = MappingProxyType({})

LINKED: Mapping[str, str] = MappingProxyType({"ConfirmSubscription": "sns", "Unsubscribe": "sns"})
"""Actions that are followed as links in messages, and whose they are: such a link names no service, and nobody signs
it. Source: https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html and API_Unsubscribe.html"""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes. `service` is botocore's name, `protocol` one of the protocol table.

    `path_params` are a rest operation's labels, decoded. `rewritten`, where it is not `None`, is the request to read
    the parameters from: the form of a query request whose parameters came in its query string or by a queue's path.
    """

    service: str
    operation: str
    protocol: str
    path_params: Mapping[str, str] = field(default_factory=lambda: _NONE)
    rewritten: Request | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is for no operation. `service` is empty when not even that is known."""

    error: AwsError
    service: str
    protocol: str


class Router:
    """Routes requests; keeps what it found, so that the next request for the same target costs one look-up."""

    def __init__(self, models: ServiceModels, catalog: Mapping[str, CatalogEntry]) -> None:
        self._models = models
        self._entries = catalog
        self._by_target_prefix = _grouped((entry.target_prefix, entry) for entry in catalog.values())
        self._by_signing_name = _grouped((entry.signing_name, entry) for entry in catalog.values())
        self._by_endpoint = _grouped((entry.endpoint_prefix, entry) for entry in catalog.values())
        self._by_version = _grouped(
            (entry.api_version, entry) for entry in catalog.values() if "query" in entry.protocols
        )
        self._targets: dict[str, Route] = {}
        self._actions: dict[tuple[str, bytes, bytes], Route] = {}
        self._trees: dict[str, UriTree] = {}

    def route(self, request: Request, *, service_scope: str) -> Route | Refusal:
        """Where `request` goes; `service_scope` is the service in its credential scope, or empty."""
        target = request.headers.get("x-amz-target")
        if target is not None:
            return self._targets.get(target) or self._by_target(target, service_scope)
        if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
            return self._by_cbor_path(request, service_scope)
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            if is_zipped(request):
                return self._by_zipped_form(request, service_scope)
            found = _ACTION.search(request.body)
            if found is not None:
                return self._by_action(request, service_scope, found.group(1), _VERSION.search(request.body))
        query = request.query.encode("latin-1")
        found = _ACTION.search(query)
        if found is not None:
            return self._by_action(request, service_scope, found.group(1), _VERSION.search(query))
        return self._by_path(request, service_scope)

    def _by_target(self, target: str, service_scope: str) -> Route | Refusal:
        prefix, _, operation = target.rpartition(".")
        entry = _preferred(self._by_target_prefix.get(prefix, ()) if prefix else (), service_scope)
        if entry is None:
            return Refusal(_unknown(f"The target {target} is of no service."), "", "json")
        routed = self._operation(entry.service, operation, "json")
        if isinstance(routed, Route):
            self._targets[target] = routed
        return routed

    def _by_cbor_path(self, request: Request, service_scope: str) -> Route | Refusal:
        protocol = "smithy-rpc-v2-cbor"
        found = _CBOR_PATH.search(request.path)
        entry = None if found is None else _preferred(self._by_target_prefix.get(found.group(1), ()), service_scope)
        if found is None or entry is None:
            return Refusal(_unknown("The path names no service and operation."), "", protocol)
        return self._operation(entry.service, found.group(2), protocol)

    def _by_zipped_form(self, request: Request, service_scope: str) -> Route | Refusal:
        """A form that has to be unzipped for its action; older SDKs send large ones of CloudWatch so."""
        try:
            plain = unzipped(request)
        except AwsError as error:
            return Refusal(error, "", "query")
        routed = self.route(plain, service_scope=service_scope)
        is_plain = isinstance(routed, Route) and routed.rewritten is None
        return replace(routed, rewritten=plain) if isinstance(routed, Route) and is_plain else routed

    def _by_action(
        self, request: Request, service_scope: str, action: bytes, found: "re.Match[bytes] | None"
    ) -> Route | Refusal:
        version = found.group(1) if found is not None else b""
        routed: Route | Refusal | None = self._actions.get((service_scope, action, version))
        if routed is None:
            routed = self._find_action(request, service_scope, action, version.decode("latin-1"))
        if isinstance(routed, Refusal):
            return routed
        if service_scope:
            self._actions[service_scope, action, version] = routed
        is_queue = routed.service == "sqs" and _QUEUE_PATH.match(request.path) is not None
        if is_queue and routed.operation in NOT_AT_A_QUEUE:
            model = self._models.service("sqs")
            return Refusal(unknown_operation(model, routed.operation, "query"), "sqs", "query")
        return replace(routed, rewritten=_form(request, is_queue=is_queue)) if is_queue or request.query else routed

    def _find_action(self, request: Request, service_scope: str, action: bytes, version: str) -> Route | Refusal:
        named = [entry for entry in self._named(request, service_scope) if "query" in entry.protocols]
        fitting = [entry for entry in named if entry.api_version == version] or named
        entry = _preferred(fitting or self._by_version.get(version, ()), service_scope)
        operation = unquote_plus(action.decode("latin-1"))
        if entry is None and operation in LINKED:
            return self._operation(LINKED[operation], operation, "query")
        if entry is None:
            return Refusal(_unknown(f"The action {operation} is of no service."), "", "query")
        return self._operation(entry.service, operation, "query")

    def _named(self, request: Request, service_scope: str) -> tuple[CatalogEntry, ...]:
        """The services that the signature names, or else the host."""
        if service_scope:
            return self._by_signing_name.get(service_scope, ())
        return self._by_endpoint.get(request.headers.get("host", "").partition(".")[0], ())

    def _by_path(self, request: Request, service_scope: str) -> Route | Refusal:
        named = self._named(request, service_scope)
        entries = [entry for entry in named if entry.protocols[0].startswith("rest-")]
        for entry in entries:
            path, _, query = request.target.partition("?")
            match = self._tree(entry.service).find(
                method=request.method, path=path, query=query, headers=request.headers
            )
            if match is not None:
                return Route(entry.service, match.operation, entry.protocols[0], match.path_params)
        if entries:
            return _no_such_path(entries[0])
        if named and named[0].service == "sqs":
            return Refusal(no_operation_named(), "sqs", "query")
        if named:
            error = _unknown("The request names no operation.") if "json" in named[0].protocols else _missing_action()
            return Refusal(error, named[0].service, named[0].protocols[0])
        return Refusal(_unknown("The request names no service.", status=404), "", "rest-json")

    def _tree(self, service: str) -> UriTree:
        tree = self._trees.get(service)
        if tree is None:
            tree = self._trees[service] = UriTree(self._models.service(service).operations.values())
        return tree

    def _operation(self, service: str, operation: str, protocol: str) -> Route | Refusal:
        model = self._models.service(service)
        if operation not in model.operations:
            return Refusal(unknown_operation(model, operation, protocol), service, protocol)
        return Route(service, operation, protocol)


def _grouped(pairs: Iterable[tuple[str, CatalogEntry]]) -> Mapping[str, tuple[CatalogEntry, ...]]:
    groups: dict[str, tuple[CatalogEntry, ...]] = {}
    for name, entry in pairs:
        groups[name] = (*groups.get(name, ()), entry)
    return groups


def _preferred(entries: Iterable[CatalogEntry], service_scope: str) -> CatalogEntry | None:
    """Of several services with one name: the one that the signature names, then the one that is called so."""
    return min(
        entries,
        key=lambda entry: (entry.signing_name != service_scope, entry.service != entry.signing_name),
        default=None,
    )


def _form(request: Request, *, is_queue: bool) -> Request:
    """The request with all its parameters in the form; a queue's path is its `QueueUrl`, unless that is given."""
    parts = [bytes(request.body)] if request.method == "POST" else []
    parts.append(request.query.encode("latin-1"))
    form = b"&".join(part for part in parts if part)
    if is_queue and not re.search(rb"(?:^|&)QueueUrl=", form):
        url = f"http://{request.headers.get('host', 'localhost')}{request.path}"
        form += f"&QueueUrl={quote_plus(url)}".encode()
    return replace(request, body=form)


def _unknown(message: str, *, status: int = 400) -> AwsError:
    return AwsError("UnknownOperationException", message, status=status)


def _missing_action() -> AwsError:
    return AwsError("MissingAction", "The request must contain the parameter Action.", status=400)


def _no_such_path(entry: CatalogEntry) -> Refusal:
    """Source: what Lambda and S3 answer to a path or a method that they do not have."""
    if entry.service == "s3":
        message = "The specified method is not allowed against this resource."
        return Refusal(AwsError("MethodNotAllowed", message, status=405), "s3", "rest-xml")
    return Refusal(_unknown("", status=404), entry.service, entry.protocols[0])
