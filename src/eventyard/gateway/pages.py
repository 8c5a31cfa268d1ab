"""The few addresses that are not AWS's: is it ready, how is it. JSON, no signature, nothing secret.

GET /_eventyard/ready     200 once it serves, 503 before and while it stops
GET /_eventyard/health    what is served and how it is
GET /_localstack/health   the same in the form that tools for local AWS look for
POST /v1/traces           OpenTelemetry's spans, which X-Ray takes

Services have pages of their own beside these (`engine.registry.Page`). Everything else below `/_eventyard/` is the
console's, and so are a few of these addresses where a browser asks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from eventyard.base.errors import AwsError, StoreFailed
from eventyard.base.http import Request, Response, Streamed
from eventyard.engine.registry import Page

JSON = (("content-type", "application/json"),)
PREFIXES = ("/_eventyard", "/_localstack/", "/v1/traces", "/opentelemetry/v1/traces")
CONSOLE = "/_eventyard"
_FOR_PEOPLE_TOO = ("/_eventyard/health", "/_eventyard/events", "/_eventyard/mail")
_FOR_PEOPLE_TOO_BELOW = ("/_eventyard/events/", "/_eventyard/mail/")


@dataclass(frozen=True, slots=True)
class Health:
    """How the server is; `services` counts the operations of each, `status` is `starting`, `ready` or `stopping`."""

    version: str
    status: str
    services: Mapping[str, int]
    store: str
    store_bytes: int
    auth: str
    parked: int

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "status": self.status,
            "services": dict(self.services),
            "store": self.store,
            "store_bytes": self.store_bytes,
            "auth": self.auth,
            "parked": self.parked,
        }


OwnPage = Callable[[Request], Response]
"""A page of the gateway's own, answered at once."""


def pages(*, status: Callable[[], str], health: Callable[[], Health]) -> Mapping[str, OwnPage]:
    """The pages by their path. The status costs nothing; the health counts what is served, and so reads it all."""

    def ready(_: Request) -> Response:
        now = status()
        return _json(200 if now == "ready" else 503, {"status": now})

    def show_health(_: Request) -> Response:
        return _json(200, health().as_json())

    def show_localstack(_: Request) -> Response:
        now = health()
        services = dict.fromkeys(now.services, "running" if now.status == "ready" else "starting")
        return _json(200, {"services": services, "edition": "eventyard", "version": now.version})

    return {
        "/_eventyard/ready": ready,
        "/_eventyard/health": show_health,
        "/_localstack/health": show_localstack,
    }


def is_for_console(request: Request, *, is_known: bool) -> bool:
    """Whether the console answers: where no other page is (`is_known`), and to browsers at addresses that both have."""
    path = request.path
    if not is_known:
        return path == CONSOLE or path.startswith(f"{CONSOLE}/")
    is_shared = path in _FOR_PEOPLE_TOO or path.startswith(_FOR_PEOPLE_TOO_BELOW)
    return is_shared and request.method in ("GET", "HEAD", "POST") and "text/html" in request.headers.get("accept", "")


def show(request: Request, known: Mapping[str, OwnPage]) -> Response:
    """The page at the request's path: 404 where there is none, 405 for another method than GET and HEAD.

    503 while the store does not answer.
    """
    page = known.get(request.path)
    if page is None:
        return _json(404, {"message": f"There is no page {request.path}."})
    if request.method not in ("GET", "HEAD"):
        return _json(405, {"message": f"{request.path} can only be read."})
    try:
        return page(request)
    except StoreFailed as failure:
        return _json(503, {"status": "failing", "message": str(failure)})


def refuse_method(request: Request, page: Page) -> None:
    """Raises MethodNotAllowed for what the page does not take; whoever may GET may HEAD."""
    method = "GET" if request.method == "HEAD" else request.method
    if method not in page.methods:
        allowed = " and ".join(page.methods)
        raise AwsError("MethodNotAllowed", f"{request.path} takes {allowed}, not {request.method}.", status=405)


def shown(outcome: Any, request_id: str) -> Response | Streamed:
    """The answer of a service's page, or the error in its place."""
    if isinstance(outcome, Response | Streamed):
        return outcome
    return plain_error(outcome if isinstance(outcome, AwsError) else internal_failure(), request_id)


def internal_failure() -> AwsError:
    """A mistake of ours; the server's log has it."""
    return AwsError(
        "InternalFailure", "An internal error occurred; the server's log has it.", status=500, is_server_fault=True
    )


def plain_error(error: AwsError, request_id: str) -> Response:
    """An error for a request that does not say which protocol it speaks."""
    status = error.status or (500 if error.is_server_fault else 400)
    headers = (*JSON, ("x-amzn-RequestId", request_id), ("x-amzn-ErrorType", error.code))
    return Response(status, headers, orjson.dumps({"__type": error.code, "message": error.message}))


def _json(status: int, body: Mapping[str, Any]) -> Response:
    return Response(status, JSON, orjson.dumps(body))
