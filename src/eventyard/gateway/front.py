"""One request from its values to its answer: the gateway's whole way, read from top to bottom.

    handle ─► a page? ─► router (which operation) ─► sigv4 (who) ─► codec.read ─► validate ─► engine.submit
                                                                                              │
    respond ◄─ codec.write | codec.write_error ◄──────────────────────────────────────────────┘ after the commit

What an operation needs is compiled at its first request and kept. Whatever goes wrong on the way is an `AwsError` in
the protocol's clothes; anything else is our mistake and becomes a 500 with its trace in the log.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.base.http import Request, Respond, Response, Streamed
from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.identity import Caller
from eventyard.engine.keys import KeyRing
from eventyard.engine.registry import Operation
from eventyard.engine.trace.context import new_trace, read_header, read_traceparent
from eventyard.gateway import pages, validate
from eventyard.gateway.asgi import AsgiHandler
from eventyard.gateway.models import ServiceModels
from eventyard.gateway.pages import OwnPage
from eventyard.gateway.protocol import errors
from eventyard.gateway.protocol.table import Codec, codec, error_writer
from eventyard.gateway.query_mode import hears_no_codes, without_codes
from eventyard.gateway.request_spans import begin_span, request_span
from eventyard.gateway.router import LINKED, Refusal, Route, Router
from eventyard.gateway.sigv4.authorization import loose_scope
from eventyard.gateway.sigv4.verifier import Caller as SignedCaller
from eventyard.gateway.sigv4.verifier import Verifier

log = logging.getLogger(__name__)

CALLERS_MAX = 4096


@dataclass(frozen=True, slots=True)
class Entrance:
    """One operation in one protocol, compiled; `is_counted` where its service counts answers."""

    codec: Codec
    check: Callable[[Mapping[str, Any]], None]
    work: Operation
    service: str
    operation: str
    is_counted: bool


class Front:
    """The handler of the platform's port."""

    def __init__(
        self,
        *,
        engine: Engine,
        models: ServiceModels,
        router: Router,
        verifier: Verifier,
        keys: KeyRing,
        shown: Mapping[str, OwnPage],
        make_console: Callable[[], AsgiHandler],
    ) -> None:
        self._engine = engine
        self._models = models
        self._router = router
        self._verifier = verifier
        self._keys = keys
        self._pages = shown
        self._make_console = make_console  # called at the first request for it
        self._console: AsgiHandler | None = None
        self._entrances: dict[tuple[str, str, str], Entrance] = {}
        self._callers: dict[SignedCaller, Caller] = {}

    def handle(self, request: Request, respond: Respond) -> None:
        """Answer the request, now or after its operation; see `base.http.Handler`."""
        if request.target.startswith(pages.PREFIXES):
            self._show(request, respond)
            return
        if hears_no_codes(request):
            respond = without_codes(respond)
        request_id = self._engine.ids.uuid()
        try:
            opened = self._open(request, request_id, self._engine.clock.now_ms())
        except Exception:
            log.exception("a mistake of ours before the operation: %s %s", request.method, request.target)
            opened = pages.plain_error(pages.internal_failure(), request_id)
        if isinstance(opened, Response):
            respond(opened)
            return
        call, entrance = opened
        began_at_ms = self._engine.clock.now_ms()

        def answer(outcome: Any) -> None:
            self._answer(entrance, call, outcome, respond, began_at_ms=began_at_ms)

        self._engine.submit_work(call, entrance.work, answer)

    def _show(self, request: Request, respond: Respond) -> None:
        """Answer with a page: the gateway's own, the console's, or a service's, whose work is a transaction."""
        is_own = request.path in self._pages
        found = None if is_own else self._engine.registry.page(request.path)
        if pages.is_for_console(request, is_known=is_own or found is not None):
            self._show_console(request, respond)
            return
        if found is None:
            respond(pages.show(request, self._pages))
            return
        service, page = found
        request_id, now_ms = self._engine.ids.uuid(), self._engine.clock.now_ms()
        try:
            pages.refuse_method(request, page)
            signed = self._verifier.visitor(request, now_ms, is_open=page.is_open)
        except AwsError as refusal:
            respond(pages.plain_error(refusal, request_id))
            return
        given, caller = {"request": request}, self._caller(signed)
        call = self._call(request, service, "page", given, caller=caller, request_id=request_id, now_ms=now_ms)

        def shown(outcome: Any) -> None:
            respond(pages.shown(outcome, request_id))

        self._engine.submit_work(call, page.work, shown)

    def _show_console(self, request: Request, respond: Respond) -> None:
        """Let the console answer, and tell it whose signature the request has; it refuses for itself."""
        if self._console is None:
            self._console = self._make_console()
        signed = self._verifier.visitor(request, self._engine.clock.now_ms(), is_open=True)
        self._console.handle(request, respond, state={"caller": self._caller(signed)})

    def _open(self, request: Request, request_id: str, now_ms: int) -> "Response | tuple[Call[Any], Entrance]":
        """The call that the request makes, or the response that refuses it."""
        refusal = None
        try:
            signed = self._verifier.caller(request, now_ms)
        except AwsError as refused:  # whom it claims to be from still says in which protocol to refuse it
            refusal = refused
            signed = SignedCaller("", "", "", loose_scope(request).service, "", is_verified=False)
        route = self._router.route(request, service_scope=signed.service_scope)
        if isinstance(route, Refusal):
            return self._dressed(refusal or route.error, route.service, route.protocol, request_id)
        if refusal is not None and LINKED.get(route.operation) == route.service:
            signed, refusal = self._follower(request, signed, refusal)
        try:
            entrance = self._entrance(route)
        except AwsError as error:
            return self._dressed(refusal or error, route.service, route.protocol, request_id)
        if refusal is not None:
            return entrance.codec.write_error(refusal, request_id)
        try:
            params = entrance.codec.read(route.rewritten or request, route.path_params)
            entrance.check(params)
        except AwsError as error:
            return entrance.codec.write_error(error, request_id)
        service, operation, caller = entrance.service, entrance.operation, self._caller(signed)
        call = self._call(request, service, operation, params, caller=caller, request_id=request_id, now_ms=now_ms)
        return call, entrance

    def _follower(
        self, request: Request, signed: SignedCaller, refusal: AwsError
    ) -> tuple[SignedCaller, AwsError | None]:
        """Whoever follows a link need not sign; who has signed wrongly is refused all the same."""
        nobody = self._verifier.nobody(request)
        return (signed, refusal) if nobody is None else (nobody, None)

    def _dressed(self, error: AwsError, service: str, protocol: str, request_id: str) -> Response:
        """An error in its protocol's clothes; in plain JSON where no service is known."""
        if not service:
            return pages.plain_error(error, request_id)
        return error_writer(self._models.service(service), protocol)(error, request_id)

    def _entrance(self, route: Route) -> Entrance:
        key = (route.service, route.operation, route.protocol)
        entrance = self._entrances.get(key)
        if entrance is None:
            entrance = self._entrances[key] = self._compile(route)
        return entrance

    def _compile(self, route: Route) -> Entrance:
        model = self._models.service(route.service)
        if route.operation not in model.operations:
            raise errors.unknown_operation(model, route.operation, route.protocol)
        work = self._engine.registry.operation(route.service, route.operation)
        if work is None:
            raise errors.not_served(route.service, route.operation)
        return Entrance(
            codec=codec(model, route.operation, route.protocol),
            check=validate.validator(model.operation(route.operation)),
            work=work,
            service=route.service,
            operation=route.operation,
            is_counted=self._engine.registry.counts_answers(route.service),
        )

    def _call(
        self,
        request: Request,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        *,
        caller: Caller,
        request_id: str,
        now_ms: int,
    ) -> Call[Any]:
        """The call, made by position: by name it takes more than twice as long, for every request."""
        headers = request.headers
        header = headers.get("x-amzn-trace-id")
        if header is None:
            header = headers.get("traceparent")
            told = read_traceparent(header) if header else None
        else:
            told = read_header(header)
        trace = told or new_trace(now_ms, self._engine.ids)
        base_url = f"http://{headers.get('host', '')}"
        account, region = caller.account, caller.region
        call = Call(service, operation, params, caller, account, region, request_id, trace, self._engine, base_url)
        call.is_gone = request.is_gone
        if told is not None and told.parent and self._engine.is_tracing:
            begin_span(call, self._engine)
            call.began_at_ms = now_ms
        return call

    def _caller(self, signed: SignedCaller) -> Caller:
        """The signer as the engine knows callers; there are few, so they are kept."""
        caller = self._callers.get(signed)
        if caller is None:
            account = self._keys.account(signed.access_key) or signed.account
            caller = Caller(
                account=account,
                region=signed.region,
                access_key=signed.access_key,
                principal_arn=f"arn:aws:iam::{account}:root",
                principal_id=account,
                is_verified=signed.is_verified,
            )
            if len(self._callers) < CALLERS_MAX:
                self._callers[signed] = caller
        return caller

    def _answer(self, entrance: Entrance, call: Call[Any], outcome: Any, respond: Respond, *, began_at_ms: int) -> None:
        engine, request_id = self._engine, call.request_id
        faults = engine.faults
        faults.point("answer.before")
        response: Response | Streamed
        try:
            if isinstance(outcome, AwsError):
                response = entrance.codec.write_error(outcome, request_id)
            elif isinstance(outcome, Exception):
                response = entrance.codec.write_error(pages.internal_failure(), request_id)
            elif isinstance(outcome, Streamed):
                response = outcome
            else:
                response = (entrance.codec.write_stream or entrance.codec.write)(outcome or {}, request_id)
        except Exception:
            log.exception("a result of %s %s that cannot be written", entrance.service, entrance.operation)
            response = entrance.codec.write_error(pages.internal_failure(), request_id)
        respond(response)
        if call.began_at_ms is not None:
            engine.observe(spans=(request_span(call, outcome, engine),))
        if entrance.is_counted and engine.is_metering:
            took_ms = engine.clock.now_ms() - began_at_ms
            engine.observe(measured=engine.registry.answered(call, outcome, took_ms))
        faults.point("answer.after")
