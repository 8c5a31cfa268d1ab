"""One call: who asks for which operation, where, with what, now, and by what cause.

Every operation gets `(tx, call)`. All that an operation may do beyond reading and writing rows goes through the call:
wake those who wait, deliver to an ARN, run another operation now, have something happen later, make an identifier.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from eventyard.base.clock import Clock
from eventyard.base.faults import Faults
from eventyard.base.ids import Ids
from eventyard.engine.due import row
from eventyard.engine.due.policy import Policy
from eventyard.engine.identity import Caller
from eventyard.engine.observing.nodes import Nodes
from eventyard.engine.observing.series import Series
from eventyard.engine.sdk import Sdk
from eventyard.engine.trace.context import TraceContext
from eventyard.store.tx import Tx

if TYPE_CHECKING:
    from eventyard.engine.delivery import Broadcast, Delivery
    from eventyard.engine.feeds import Feed
    from eventyard.engine.ledger import Outcome

P = TypeVar("P", bound=Mapping[str, Any])


class Doors(Protocol):
    """What a call reaches of the engine; `engine/engine.py` is the one that has them."""

    ids: Ids
    faults: Faults
    clock: Clock
    sdk: Sdk
    nodes: Nodes
    is_tracing: bool
    is_metering: bool
    is_recording: bool
    kept_ms: int

    @property
    def is_watched(self) -> bool: ...

    def begins_now(self, kind: str, key: str) -> bool: ...
    def dispatch(self, tx: Tx, call: "Call[Any]", service: str, operation: str, params: Mapping[str, Any]) -> Any: ...
    def deliver(self, tx: Tx, call: "Call[Any]", delivery: "Delivery") -> "Outcome": ...
    def deliver_all(self, tx: Tx, call: "Call[Any]", deliveries: "Sequence[Delivery]") -> "list[Outcome]": ...
    def broadcast(self, tx: Tx, call: "Call[Any]", broadcast: "Broadcast") -> bool: ...
    def check(self, tx: Tx, call: "Call[Any]", service: str, name: str, given: Mapping[str, Any]) -> str | None: ...
    async def run(self, work: "Callable[[Tx, Call[Any]], Any]", call: "Call[Any]") -> Any: ...
    def feed(self, source_arn: str) -> "Feed": ...
    def view_within(self, tx: Tx, call: "Call[Any]", service: str, name: str, params: Mapping[str, Any]) -> Any: ...


@dataclass(slots=True)
class Call(Generic[P]):
    """One call. `params` is complete and valid by the service model; `now_ms` is the transaction's one instant.

    `base_url` is how the client reached us (`http://localhost:4566`), for addresses in answers such as queue URLs; in
    calls of the platform's own it is the server's own address.
    `is_gone` tells whether the client has hung up; `must_answer` that an operation resumed from a `Park` may not park
    again. `woken` counts per channel whom to wake after the commit. `began_at_ms` is when a request came that its
    client says is part of a trace: such a request gets a span, below the one that `asked_from` names, whatever comes of
    it; what it causes is below its own.
    """

    service: str
    operation: str
    params: P
    caller: Caller
    account: str
    region: str
    request_id: str
    trace: TraceContext
    doors: Doors
    base_url: str = ""
    now_ms: int = 0
    woken: dict[str, int] = field(default_factory=dict)
    is_gone: Callable[[], bool] | None = None
    must_answer: bool = False
    began_at_ms: int | None = None
    asked_from: str = ""

    @property
    def ids(self) -> Ids:
        """Identifiers and chance."""
        return self.doors.ids

    def wake(self, channel: str, count: int = 1) -> None:
        """After the commit, let up to `count` of those parked on `channel` try again (an ARN, usually)."""
        self.woken[channel] = self.woken.get(channel, 0) + count

    def wake_each(self, channels: Iterable[str]) -> None:
        """`wake` one of those parked on each of the channels."""
        woken = self.woken
        for channel in channels:
            woken[channel] = woken.get(channel, 0) + 1

    def later(
        self,
        tx: Tx,
        *,
        kind: str,
        key: str,
        at_ms: int,
        payload: Mapping[str, Any] | None = None,
        policy: Policy | None = None,
    ) -> None:
        """Have the timer or effect `kind` happen at `at_ms`; one that waits under the same `key` is moved and replaced.

        `payload` is a JSON object for whoever is registered for the kind. An effect is tried as `policy` says.
        """
        row.add(
            tx,
            kind=kind,
            key=key,
            at_ms=at_ms,
            now_ms=self.now_ms,
            account=self.account,
            region=self.region,
            payload=payload,
            policy=policy,
            trace=self.trace.header(),
            is_begun=at_ms <= self.now_ms and self.doors.begins_now(kind, key),
        )
        self.wake(row.CHANNEL)

    def measure(self, tx: Tx, series: Series, value: float, times: int = 1) -> None:
        """Count a value of a metric, so many `times`, once the transaction is committed."""
        if self.doors.is_metering:
            tx.notes.append((series, value, times))

    def dispatch(self, tx: Tx, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """Run an operation of any service now, in this transaction, in a savepoint, as the same caller.

        Raises the operation's AwsError. An operation that would wait is refused (`InvalidAction`).
        """
        return self.doors.dispatch(tx, self, service, operation, params)

    def deliver(self, tx: Tx, delivery: "Delivery") -> "Outcome":
        """Deliver to an ARN, now or by its policy later; gives back the outcome so far. Never raises AwsError."""
        return self.doors.deliver(tx, self, delivery)

    def deliver_all(self, tx: Tx, deliveries: "Sequence[Delivery]") -> "list[Outcome]":
        """`deliver` each; gives back the outcomes in the same order. For whoever has many at once."""
        return self.doors.deliver_all(tx, self, deliveries)

    def broadcast(self, tx: Tx, broadcast: "Broadcast") -> bool:
        """Put one text into many targets; false, with nothing done, where `deliver_all` has to see to them."""
        return self.doors.broadcast(tx, self, broadcast)

    def check(self, tx: Tx, service: str, name: str, given: Mapping[str, Any]) -> str | None:
        """Ask another service whether something is right: the reason why not, or `None`."""
        return self.doors.check(tx, self, service, name, given)

    def view(self, tx: Tx, service: str, name: str, params: Mapping[str, Any]) -> Any:
        """What a service's view of that name reads, for the console."""
        return self.doors.view_within(tx, self, service, name, params)

    def within(
        self,
        *,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        account: str | None = None,
        region: str | None = None,
        caller: Caller | None = None,
        trace: TraceContext | None = None,
    ) -> "Call[Any]":
        """A call made in the course of this one: the same instant, wake-ups and cause unless told otherwise."""
        return Call(
            service=service,
            operation=operation,
            params=params,
            caller=caller or self.caller,
            account=account or self.account,
            region=region or self.region,
            request_id=self.request_id,
            trace=trace or self.trace,
            doors=self.doors,
            base_url=self.base_url,
            now_ms=self.now_ms,
            woken=self.woken,
        )
