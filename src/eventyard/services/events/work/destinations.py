"""Deliveries to API destinations: taken in the store with a slot of the destination's rate, sent outside of it.

    deliver ─► a slot in a second that has room ─► due row "events.send" ─► perform: request, judged by its status

Each try goes by the destination, the connection and the rate as they are then. What a try met is told as the dead
letters of EventBridge tell it.
Sources of the words: dead letters of real API destinations in public repositories (unreachable: SDK_CLIENT_ERROR;
timeout: UNKNOWN), 2023 to 2026. Unverified: those for a status, and for a connection that is not authorized.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from eventyard.base.errors import AwsError, EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery, Sending, Sent
from eventyard.languages.arns import parse_arn
from eventyard.outside.http import Answer, Ask, HttpClient
from eventyard.services.events.model.connections import AUTHORIZED, Connection, connection_name
from eventyard.services.events.model.destinations import (
    REFRESHED,
    TIMEOUT_S,
    Destination,
    Outgoing,
    authorized,
    next_slot,
    request_of,
    verdict,
)
from eventyard.services.events.queries import connections as queries
from eventyard.services.events.work.authorizing import Authorizer
from eventyard.store.tx import Tx

KIND = "events.send"
AT_ONCE_MAX = 50
"""Requests to one destination at a time, fewer than the client's connections to a host: waiting for one is no try."""

_FAILED = "Unable to invoke ApiDestination endpoint: "
_UNREACHABLE = f"{_FAILED}API destination endpoint cannot be reached."
_TIMED_OUT = f"{_FAILED}Timeout calling endpoint for API Destination: socket closed."
_UNAUTHORIZED = (
    f"{_FAILED}The request failed because the credentials included for the connection are not authorized for the API "
    "destination."
)
_PAYLOAD_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class _Ready:
    """What one try sends, and for whom."""

    request: Outgoing
    connection: Connection


def connection_of(tx: Tx, destination: Destination) -> Connection | None:
    """The connection that the destination names, if it is there; one of the same name made later is another."""
    name = None if destination.connection_arn is None else connection_name(destination.connection_arn)
    found = None if name is None else queries.connection(tx, destination.account, destination.region, name)
    return found if found is not None and found.arn == destination.connection_arn else None


def deliver(tx: Tx, call: Call[Any], delivery: Delivery) -> Sending:
    """Have the delivery sent in the next second that has room for it.

    Raises AwsError: for good where there is no such destination, to be tried again where it is not active.
    """
    destination, _ = _active(tx, call.account, call.region, delivery)
    slot, at_ms = next_slot(queries.slot(tx, destination), rate_max=destination.rate_max, now_ms=call.now_ms)
    queries.put_slot(tx, destination, slot)
    return Sending(KIND, at_ms=at_ms)


@dataclass(slots=True)
class Sender:
    """Sends what `deliver` has taken."""

    http: HttpClient
    authorizer: Authorizer
    _rooms: dict[str, asyncio.Semaphore] = field(default_factory=dict)

    async def perform(self, sent: Sent) -> Answer:
        """One try, as soon as there is room for it; gives back the answer. Raises EffectFailed."""
        async with self._rooms.setdefault(sent.delivery.arn, asyncio.Semaphore(AT_ONCE_MAX)):
            return await self._try(sent)

    async def _try(self, sent: Sent) -> Answer:
        engine = self.authorizer.engine
        arn = parse_arn(sent.delivery.arn)
        assert arn is not None, "it was delivered by this ARN"

        def read(tx: Tx, call: Call[Any]) -> _Ready:
            destination, connection = _active(tx, arn.account, arn.region, sent.delivery)
            http = sent.delivery.parameters.get("HttpParameters", {})
            return _Ready(request_of(destination, connection.auth, http, sent.delivery.body), connection)

        call = engine.new_call(service="events", operation=KIND, account=arn.account, region=arn.region)
        try:
            ready: _Ready = await engine.run(read, call)
        except AwsError as gone:
            raise EffectFailed(gone.code, gone.message, is_retryable=gone.is_retryable) from gone
        answer = await self._answered(ready)
        await self._judge(ready, answer)
        return answer

    async def _answered(self, ready: _Ready) -> Answer:
        request, connection = ready.request, ready.connection
        try:
            token = await self.authorizer.token(connection) if connection.is_oauth else None
            headers = authorized(request, connection, token)
            return await self.http.send(Ask(request.method, request.url, headers, request.body.encode(), TIMEOUT_S))
        except EffectFailed as failure:
            raise _told(failure) from failure

    async def _judge(self, ready: _Ready, answer: Answer) -> None:
        if ready.connection.is_oauth and answer.status in REFRESHED:
            await self.authorizer.refresh(ready.connection)
        now_ms = self.authorizer.engine.clock.now_ms()
        found = verdict(answer.status, answer.header("Retry-After"), now_ms=now_ms)
        if found.is_taken:
            return
        message = _UNAUTHORIZED if answer.status in REFRESHED else f"{_FAILED}{_answer_text(answer)}"
        raise EffectFailed(
            "SDK_CLIENT_ERROR",
            message,
            is_retryable=found.is_retryable,
            retry_after_ms=found.retry_after_ms,
            status=answer.status,
        )


def _active(tx: Tx, account: str, region: str, delivery: Delivery) -> tuple[Destination, Connection]:
    name = delivery.arn.split(":", 5)[5].split("/")[1]
    destination = queries.destination(tx, account, region, name)
    if destination is None or destination.arn != delivery.arn:
        raise AwsError("NO_RESOURCE", f"{_FAILED}API destination {delivery.arn} does not exist.")
    connection = connection_of(tx, destination)
    if connection is None or connection.state != AUTHORIZED:
        message = f"{_FAILED}API destination {destination.name} is inactive: its connection is not authorized."
        raise AwsError("SDK_CLIENT_ERROR", message, is_retryable=True)
    return destination, connection


def _told(failure: EffectFailed) -> EffectFailed:
    """The client's failure in the words of EventBridge; only an address that cannot be asked is not tried again."""
    if failure.code == "SDK_CLIENT_ERROR":
        return EffectFailed(failure.code, f"{_FAILED}{failure.message}", is_retryable=True)
    if failure.code == "TIMEOUT":
        return EffectFailed("UNKNOWN", _TIMED_OUT)
    return EffectFailed("SDK_CLIENT_ERROR", _UNREACHABLE, is_retryable=failure.is_retryable)


def _answer_text(answer: Answer) -> str:
    payload = answer.body.decode(errors="replace")[:_PAYLOAD_CHARACTERS_MAX]
    return f"API destination returned HTTP status {answer.status} with payload: {payload}"
