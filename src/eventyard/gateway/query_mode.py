"""Whether a client of CloudWatch hears the old codes of `query` in a header of a JSON or CBOR refusal.

It does when it asks with `x-amzn-query-mode: true`, as SDKs do. Source: captures of AWS of 2026-09 (radkawar/stackd,
protocol_errors.json). SQS has sent the header unasked since 2023, before SDKs asked.
"""

from dataclasses import replace
from typing import Final

from eventyard.base.http import Request, Respond, Response, Streamed

_TARGET: Final = "GraniteServiceVersion20100801"
_CODE: Final = "x-amzn-query-error"


def hears_no_codes(request: Request) -> bool:
    """The request is one of CloudWatch that does not ask for old codes."""
    is_for_cloudwatch = _TARGET in request.headers.get("x-amz-target", "") or _TARGET in request.path
    return is_for_cloudwatch and request.headers.get("x-amzn-query-mode") != "true"


def without_codes(respond: Respond) -> Respond:
    """Responds without the header."""

    def shorter(response: Response | Streamed) -> None:
        if isinstance(response, Response):
            kept = [(name, value) for name, value in response.headers if name != _CODE]
            response = replace(response, headers=kept)
        respond(response)

    return shorter
