"""The console as a Starlette application: every address, and what every answer carries.

Made at the first request for the console (`app.py`). The answers load nothing from elsewhere and run no script of
their own text: the content security policy says so to the browser.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eventyard.base.errors import AwsError
from eventyard.console import login
from eventyard.console.desk import HOME, Desk, json, wants_html
from eventyard.console.page import Action, Live, Shown
from eventyard.console.pages.rooms import ROOMS
from eventyard.console.rendering import FOLDER

PREFIX = "/_eventyard"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}
_Endpoint = Callable[[Request], Awaitable[Response]]


def application(desk: Desk) -> Starlette:
    """The console of one platform."""
    rows = [route for room in ROOMS for route in _routes(desk, room.PAGES, room.ACTIONS, room.LIVES)]
    routes: list[BaseRoute] = [
        Route(PREFIX, _home),
        *login.routes(desk),
        Mount(f"{PREFIX}/static", StaticFiles(directory=FOLDER / "static")),
        *rows,
    ]
    made = Starlette(routes=routes)
    made.router.redirect_slashes = False

    async def refuse(request: Request, failure: Exception) -> Response:
        return _refusal(desk, request, failure)

    made.add_exception_handler(AwsError, refuse)
    made.add_exception_handler(HTTPException, refuse)
    made.add_middleware(_Guarded)
    return made


async def _home(_: Request) -> Response:
    return RedirectResponse(HOME, 308)


def _routes(desk: Desk, pages: tuple[Shown, ...], actions: tuple[Action, ...], lives: tuple[Live, ...]) -> list[Route]:
    return [
        *(Route(PREFIX + live.address, _streams(desk, live)) for live in lives),
        *(Route(PREFIX + page.address, _shows(desk, page)) for page in pages),
        *(Route(PREFIX + action.address, _acts(desk, action), methods=["POST"]) for action in actions),
    ]


def _shows(desk: Desk, page: Shown) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        return await desk.show(request, page)

    return endpoint


def _acts(desk: Desk, action: Action) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        return await desk.act(request, action)

    return endpoint


def _streams(desk: Desk, live: Live) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        return await desk.stream(request, live)

    return endpoint


def _refusal(desk: Desk, request: Request, failure: Exception) -> Response:
    """The page, or the JSON, of something that is not there or was refused."""
    if isinstance(failure, AwsError):
        status, code, message = failure.status or 400, failure.code, failure.message
    else:
        assert isinstance(failure, HTTPException)
        status, code = failure.status_code, "NotFound" if failure.status_code == 404 else "Refused"
        message = f"There is no page {request.url.path}." if status == 404 else failure.detail
    if not wants_html(request):
        return json({"__type": code, "message": message}, status)
    viewer = None if code == "Forbidden" else desk.viewer(request)
    if viewer is None and code != "Forbidden":
        return desk.login_first(request)
    return desk.html(request, "refused.html", {"code": code, "message": message}, viewer=viewer, status=status)


class _Guarded:
    """Puts the headers that keep a page to itself on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-cache" if "/static/" in scope["path"] else "no-store")
            await send(message)

        await self._app(scope, receive, guarded)
