"""From a request to a page, an action or a stream, and back: what every address of the console has in common.

    request ─► host? ─► viewer (or the login) ─► view | action | stream ─► HTML for people, JSON for programs

HTML goes to whoever accepts `text/html`, JSON to everybody else; `?format=json` asks for it in a browser. A change
must come from a page of ours: its `Origin` is the address it was sent to, and it brings that page's token.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from eventyard.base.errors import AwsError
from eventyard.console import sessions
from eventyard.console.look import Look
from eventyard.console.page import Action, Live, Piece, Shown
from eventyard.console.rendering import as_json, environment
from eventyard.console.viewer import PLACE_COOKIE, Door, Viewer
from eventyard.engine.engine import Engine
from eventyard.engine.identity import Caller

HOME = "/_eventyard/"
LOGIN = "/_eventyard/login"
SAID_COOKIE = "eventyard-said"
FORM_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True)
class Desk:
    """What the endpoints of one console share."""

    engine: Engine
    door: Door
    secret: str
    """Signs the pages' tokens; made at the server's start."""
    version: str

    @cached_property
    def _templates(self) -> Environment:
        return environment()

    async def show(self, request: Request, page: Shown) -> Response:
        """The page, or the login in its place."""
        viewer = self.viewer(request)
        if viewer is None:
            return self.login_first(request)
        told = await self._look(request, viewer).read(page.view)
        if not wants_html(request):
            return self._kept(json(told), request, viewer)
        return self._kept(self.html(request, page.template, {"told": told}, viewer=viewer), request, viewer)

    async def act(self, request: Request, action: Action) -> Response:
        """Do it, and go back to the page with a sentence about it."""
        viewer = self.viewer(request)
        if viewer is None:
            return self.login_first(request)
        form = await read_form(request)
        refuse_foreign(request)
        self._refuse_forged(request, viewer, form)
        try:
            done = await action.perform(self._look(request, viewer), form)
        except AwsError as refusal:
            if not wants_html(request):
                raise
            return said(f"{refusal.code}: {refusal.message}", to=came_from(request), is_refusal=True)
        if not wants_html(request):
            return json({"message": done.sentence, **done.told})
        return said(done.sentence, to=done.to or came_from(request))

    async def stream(self, request: Request, live: Live) -> Response:
        """The events of a stream, for as long as somebody listens."""
        viewer = self.viewer(request)
        if viewer is None:
            return self.login_first(request)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        pieces = _encoded(live.pieces(self._look(request, viewer)))
        return StreamingResponse(pieces, media_type="text/event-stream", headers=headers)

    def html(
        self,
        request: Request,
        template: str,
        values: Mapping[str, Any],
        *,
        viewer: Viewer | None = None,
        status: int = 200,
    ) -> Response:
        """A page of the console around the template."""
        sentence, is_refusal = _said_before(request)
        text = self.render(
            template,
            {
                "account": viewer.caller.account if viewer else "",
                "region": viewer.caller.region if viewer else "",
                "is_in": viewer is not None,
                "is_strict": self.door.is_strict,
                "has_session": viewer is not None and bool(viewer.session),
                "token": sessions.token(self.secret, viewer.session) if viewer else "",
                "path": request.url.path,
                "query": dict(request.query_params),
                "said": sentence,
                "is_refusal": is_refusal,
                "version": self.version,
                **values,
            },
        )
        response = HTMLResponse(text, status)
        if sentence:
            response.delete_cookie(SAID_COOKIE, path=HOME)
        return response

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """The template's text."""
        return self._templates.get_template(template).render(values)

    def viewer(self, request: Request) -> Viewer | None:
        """Who asks, or `None` where a login is wanted. Raises AwsError for a name that is not this machine's."""
        if self.door.refuses_host(request.headers.get("host", "")):
            raise AwsError("Forbidden", "An open server is only looked at by a local name or an address.", status=403)
        signed: Caller = request.state.caller
        return self.door.viewer(
            query=request.query_params, cookies=request.cookies, signed=signed, now_ms=self.engine.clock.now_ms()
        )

    def login_first(self, request: Request) -> Response:
        """The way to the login, and back."""
        if not wants_html(request):
            return json({"__type": "MissingAuthenticationToken", "message": "Log in, or sign the request."}, 403)
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{LOGIN}?to={quote(wanted, safe='')}", HTTPStatus.SEE_OTHER)

    def _look(self, request: Request, viewer: Viewer) -> Look:
        params = {**request.query_params, **request.path_params}
        if resumed := request.headers.get("last-event-id"):
            params["after"] = resumed
        base_url = f"http://{request.headers.get('host', '')}"
        return Look(self.engine, viewer.caller, params, base_url, self.render)

    def _refuse_forged(self, request: Request, viewer: Viewer, form: Mapping[str, str]) -> None:
        signed: Caller = request.state.caller
        if signed.is_verified and not viewer.session and self.door.is_strict:
            return  # the signature says that it was meant
        given = request.headers.get("x-eventyard-token") or form.get("token", "")
        if given != sessions.token(self.secret, viewer.session):
            raise AwsError("Forbidden", "This page is too old; load it again and repeat what you did.", status=403)

    def _kept(self, response: Response, request: Request, viewer: Viewer) -> Response:
        """With the account and region in the cookie, where the query has chosen them."""
        if request.query_params.keys() & {"account", "region"}:
            response.set_cookie(PLACE_COOKIE, viewer.place, path=HOME, samesite="strict", httponly=True)
        return response


def wants_html(request: Request) -> bool:
    """Whether it is a person who asks."""
    if request.query_params.get("format") == "json":
        return False
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


def json(told: Any, status: int = 200) -> Response:
    """The answer for a program."""
    return Response(as_json(told), status, media_type="application/json")


def said(sentence: str, *, to: str, is_refusal: bool = False) -> Response:
    """Go on to a page, which shows the sentence once."""
    response = RedirectResponse(to, HTTPStatus.SEE_OTHER)
    kind = "refused" if is_refusal else "done"
    text = quote(f"{kind}:{sentence[:600]}", safe="")
    response.set_cookie(SAID_COOKIE, text, path=HOME, max_age=30, samesite="strict", httponly=True)
    return response


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name. Raises AwsError where there are too many bytes."""
    body = await request.body()
    if len(body) > FORM_BYTES_MAX:
        raise AwsError("RequestEntityTooLarge", "The form is too large.", status=413)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def refuse_foreign(request: Request) -> None:
    """Raises AwsError where another site's page has sent this. A program sends no origin, and has no cookies either."""
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if origin is not None and origin.partition("://")[2] != host:
        raise AwsError("Forbidden", "Changes are made from the console's own pages.", status=403)


def came_from(request: Request) -> str:
    """The page of ours that the change was asked for on; nobody else's."""
    _, _, rest = request.headers.get("referer", "").partition("://")
    host, slash, path = rest.partition("/")
    return slash + path if host == request.headers.get("host") and path.startswith("_eventyard/") else HOME


def _said_before(request: Request) -> tuple[str, bool]:
    kind, _, sentence = unquote(request.cookies.get(SAID_COOKIE, "")).partition(":")
    return sentence, kind == "refused"


async def _encoded(pieces: AsyncIterator[Piece]) -> AsyncIterator[bytes]:
    """As browsers read server-sent events; a comment at once tells them that the stream is open."""
    yield b": open\n\n"
    async with aclosing(pieces) as following:  # type: ignore[type-var]  # every stream of ours is a generator
        async for piece in following:
            lines = "".join(f"data: {line}\n" for line in piece.text.split("\n"))
            id_line = f"id: {piece.id}\n" if piece.id else ""
            yield f"event: {piece.event}\n{id_line}{lines}\n".encode()
