"""The login of a strict server: an access key and its secret, as in the file `credentials`, for a session."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from eventyard.console import sessions
from eventyard.console.desk import HOME, LOGIN, Desk, json, read_form, refuse_foreign, wants_html


def routes(desk: Desk) -> list[BaseRoute]:
    """The addresses of logging in and out; an open server has none."""
    if not desk.door.is_strict:
        return []

    async def ask(request: Request) -> Response:
        return _form(desk, request, to=request.query_params.get("to", HOME))

    async def check(request: Request) -> Response:
        return await _log_in(desk, request)

    return [
        Route(LOGIN, ask),
        Route(LOGIN, check, methods=["POST"]),
        Route(f"{HOME}logout", _log_out, methods=["POST"]),
    ]


async def _log_in(desk: Desk, request: Request) -> Response:
    form = await read_form(request)
    refuse_foreign(request)
    cookie = sessions.log_in(
        desk.door.keys,
        access_key=form.get("access_key", "").strip(),
        secret=form.get("secret", "").strip(),
        now_ms=desk.engine.clock.now_ms(),
    )
    to = form.get("to", HOME)
    if cookie is None:
        refusal = "The access key is not known here, or the secret is not its own."
        if not wants_html(request):
            return json({"__type": "InvalidClientTokenId", "message": refusal}, 403)
        return _form(desk, request, to=to, refusal=refusal)
    response = RedirectResponse(to if to.startswith(HOME) else HOME, HTTPStatus.SEE_OTHER)
    is_secure = request.headers.get("x-forwarded-proto") == "https"
    response.set_cookie(
        sessions.COOKIE,
        cookie,
        path=HOME,
        max_age=sessions.LASTS_S,
        httponly=True,
        samesite="strict",
        secure=is_secure,
    )
    return response


async def _log_out(request: Request) -> Response:
    refuse_foreign(request)
    response = RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
    response.delete_cookie(sessions.COOKIE, path=HOME)
    return response


def _form(desk: Desk, request: Request, *, to: str, refusal: str = "") -> Response:
    status = HTTPStatus.FORBIDDEN if refusal else HTTPStatus.OK
    return desk.html(request, "login.html", {"to": to, "refusal": refusal}, status=status)
