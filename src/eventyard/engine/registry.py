"""What a service brings along, and who has what: the only way in which the engine meets services.

`app.py` builds one `Service` each from the rooms of its folder (`operations.py`, `work.py`, `tables/`), or promises it:
then its code is read when the first of its operations, targets or due rows is met (docs/decisions/0013).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eventyard.base.errors import EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.delivery import Broadcast, Delivery, Sending, Sent
from eventyard.engine.due.row import DueRow
from eventyard.engine.feeds import Feed
from eventyard.engine.ledger import Outcome
from eventyard.engine.observing.series import Measured
from eventyard.store.tx import Tx

Operation = Callable[[Tx, Call[Any]], Any]
"""An AWS operation: a result for the writer (a mapping, `None` for an empty one), a `Park`, or a `Perform`."""

Timer = Callable[[Tx, Call[Any], DueRow], None]
"""What happens when a row of its kind falls due, in the transaction that also ends the row; it may add the next."""

Deliver = Callable[[Tx, Call[Any], Delivery], Sending | None]
"""Puts a delivery into a target that lives in the store, at once, or says which effect has to take it out of the store.
Raises AwsError when the target refuses."""

DeliverMany = Callable[[Tx, Call[Any], Sequence[Delivery]], None]
"""As `Deliver`, for targets in the store, of one account and region; each gets its own in their order.

An AwsError undoes them all."""

TakeBroadcast = Callable[[Tx, Call[Any], Broadcast], bool]
"""Puts a broadcast into all of its targets; false, with nothing written, where one of them has to be looked at alone.

That one refuses, maybe, or is not as simple as the others. Raises no AwsError."""

Sink = Callable[[Tx, Call[Any], Any], None]
"""Takes, in a transaction, what the engine or another service gathered for whoever keeps such: its name says what."""

Heard = Callable[[Tx, Call[Any], Delivery, Outcome, int], None]
"""Told what came of a delivery of the service's own that was not settled at once, and how many milliseconds it took."""

Gauges = Callable[[Tx, Call[Any]], Iterable[Measured]]
"""What there is of something right now: a queue's depth. Asked at a minute's end; only reads."""

Answered = Callable[[Call[Any], object, int], Sequence[Measured]]
"""What is counted of an operation once it has its result, or an AwsError, and after how many milliseconds.

For what a transaction cannot tell: of a refusal it is undone, and how long it took it does not know."""

Check = Callable[[Tx, Call[Any], Mapping[str, Any]], str | None]
"""What one service asks another in the transaction: the reason why something is not right, `None` when it is."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Work outside of any transaction for rows of one kind.

    `perform(row)` does it and gives back what `settle` needs; it raises EffectFailed, which the row's policy answers.
    `settle(tx, call, row, outcome)` records it, in the transaction that also ends the row.
    `failed(tx, call, row, failure)` is told when no attempt is left; the row's dead-letter target is served after it.
    """

    perform: Callable[[DueRow], Awaitable[Any]]
    settle: Callable[[Tx, Call[Any], DueRow, Any], None]
    failed: Callable[[Tx, Call[Any], DueRow, EffectFailed], None] | None = None


@dataclass(frozen=True, slots=True)
class RemoteTarget:
    """A target outside of the store: `perform` brings a delivery there, outside of any transaction.

    Its result is the target's answer, for whoever asked for one. It raises EffectFailed, which the delivery's policy
    answers: then the service's `Deliver` is asked again, so that each try goes by what is configured at its time.
    `settled(tx, call, sent, outcome)` hears what came of each try. `status_of` reads the HTTP status of an answer: a
    target that has one is a hop of its own.
    """

    perform: Callable[[Sent], Awaitable[Any]]
    settled: Callable[[Tx, Call[Any], Sent, Outcome], None] | None = None
    status_of: Callable[[Any], int] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """An address under `/_eventyard/` that is not AWS's.

    `work(tx, call)` is like an operation: `call.params["request"]` is the `Request`, its result a `Response`. A strict
    server asks for a signature unless `is_open`: the page proves by itself who calls, or shows nothing that is secret.
    """

    work: Operation
    methods: tuple[str, ...] = ("GET",)
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """One service: `name` as botocore calls it (`sqs`, `events`, `lambda`, `dynamodb`, `logs`).

    `targets` by the service part of an ARN, `bulk_targets` where several at once cost less, and `broadcast_targets`
    where many take the same text; `timers` and `effects` by kind, which starts with the service's name
    (`sqs.retention`, `lambda.invoke`), `remotes` the kinds of effect that its targets give back as `Sending`; `pages`
    by path, or by a prefix that ends in `/`; `checks` by name; `sinks` and `views` by name, where views are reads that
    AWS has no operation for; `gauges` are its metrics of what is there, `answered` those of answers; `feed` is how
    consumers read its sources; `heard` is told what came later of deliveries of its own; `tables` its migrations;
    `start` are called once when the server serves.
    """

    name: str
    operations: Mapping[str, Operation]
    tables: Path | None = None
    targets: Mapping[str, Deliver] = field(default_factory=dict)
    bulk_targets: Mapping[str, DeliverMany] = field(default_factory=dict)
    broadcast_targets: Mapping[str, TakeBroadcast] = field(default_factory=dict)
    timers: Mapping[str, Timer] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    remotes: Mapping[str, RemoteTarget] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    sinks: Mapping[str, Sink] = field(default_factory=dict)
    views: Mapping[str, Operation] = field(default_factory=dict)
    gauges: Gauges | None = None
    answered: Answered | None = None
    heard: Heard | None = None
    feed: Feed | None = None
    start: Sequence[Callable[[Any], None]] = ()


@dataclass(frozen=True, slots=True)
class Promised:
    """A service whose code is read at its first use; until then only its name and its migrations are known.

    Its targets are those of ARNs with its name, or with `arn_service` where ARNs call it otherwise (`states`); `pages`
    are the paths of its pages. `has_work(tx)` says at the start whether it must be there at once, since something of it
    was going on when the server stopped.
    """

    name: str
    load: Callable[[], Service]
    tables: Path | None = None
    has_work: Callable[[Tx], bool] | None = None
    pages: tuple[str, ...] = ()
    arn_service: str = ""


class Registry:
    """All services of one platform. Two that claim the same name are our mistake."""

    def __init__(self, services: Sequence[Service | Promised]) -> None:
        self.names = tuple(service.name for service in services)
        self.tables = {service.name: service.tables for service in services if service.tables}
        self.targets: dict[str, Deliver] = {}
        self.bulk_targets: dict[str, DeliverMany] = {}
        self.broadcast_targets: dict[str, TakeBroadcast] = {}
        self.timers: dict[str, Timer] = {}
        self.effects: dict[str, Effect] = {}
        self.pages: dict[str, Page] = {}
        self._page_owners = {path: service.name for service in services for path in service.pages}
        self._remotes: dict[str, RemoteTarget] = {}
        self._make_effect: Callable[[RemoteTarget], Effect] | None = None
        self._promised = {service.name: service for service in services if isinstance(service, Promised)}
        self._named_in_arns = {one.arn_service: one.name for one in self._promised.values() if one.arn_service}
        self._services: dict[str, Service] = {}
        self._engine: Any = None
        for service in services:
            if isinstance(service, Service):
                self._add(service)

    def read_all(self) -> None:
        """Read every service that is only promised."""
        for name in self.names:
            self._load(name)

    @property
    def services(self) -> Mapping[str, Service]:
        """Every service, read by now, in the order in which they were named."""
        self.read_all()
        return {name: self._services[name] for name in self.names}

    def perform_remotes(self, make_effect: Callable[[RemoteTarget], Effect]) -> None:
        """Have the effects of remote targets made so, now and of services still to come."""
        self._make_effect = make_effect
        self._add_remotes(self._remotes)

    def add_timers(self, timers: Mapping[str, Timer]) -> None:
        """Timers of the engine's own."""
        _merge(self.timers, timers)

    def load_those_with_work(self, tx: Tx) -> None:
        """Read the code of the promised services that have something to go on with."""
        for promised in tuple(self._promised.values()):
            if promised.has_work is not None and promised.has_work(tx):
                self._load(promised.name)

    def start(self, engine: Any) -> None:
        """The engine serves: start the services that are there, and from now on each when it comes."""
        self._engine = engine
        for service in self._services.values():
            self._start(service)

    def operation(self, service: str, operation: str) -> Operation | None:
        """The function behind an operation, or `None` where it is not served."""
        found = self._services.get(service) or self._load(service)
        return None if found is None else found.operations.get(operation)

    def target(self, service: str) -> Deliver | None:
        """What puts a delivery into a target whose ARN names this service; `None` where none can."""
        self._load(self._named_in_arns.get(service, service))
        return self.targets.get(service)

    def timer(self, kind: str) -> Timer | None:
        """What happens when a due row of this kind falls due; `None` where nothing or an effect does."""
        self._load(kind.partition(".")[0])
        return self.timers.get(kind)

    def effect(self, kind: str) -> Effect | None:
        """The effect that due rows of this kind ask for; `None` for a timer's and for unknown ones."""
        self._load(kind.partition(".")[0])
        return self.effects.get(kind)

    def page(self, path: str) -> tuple[str, Page] | None:
        """Whose page is at the path, and the page: the one of that very path, else of the longest prefix."""
        known = path if path in self._page_owners else self._prefix(path)
        if known is None:
            return None
        owner = self._page_owners[known]
        self._load(owner)
        return owner, self.pages[known]

    def check(self, service: str, name: str) -> Check | None:
        """What answers such a question; `None` where nothing does."""
        found = self._services.get(service) or self._load(service)
        return None if found is None else found.checks.get(name)

    def sink(self, service: str, name: str) -> Sink | None:
        """What takes such in that service; `None` where the platform has none."""
        found = self._services.get(service) or self._load(service)
        return None if found is None else found.sinks.get(name)

    def heard(self, sender: str) -> Heard | None:
        """What the service that sends wants to be told of its deliveries."""
        found = self._services.get(sender)
        return None if found is None else found.heard

    def view(self, service: str, name: str) -> Operation:
        """A read that the service has for those who look; whoever asks knows that there is one."""
        found = self._services.get(service) or self._load(service)
        assert found is not None, f"no service {service}"
        return found.views[name]

    def counts_answers(self, service: str) -> bool:
        """Whether the service, which is read by now, counts answers."""
        found = self._services.get(service)
        return found is not None and found.answered is not None

    def answered(self, call: Call[Any], outcome: object, took_ms: int) -> Sequence[Measured]:
        """What the call's service counts of its answer; see `Answered`."""
        service = self._services.get(call.service)
        return () if service is None or service.answered is None else service.answered(call, outcome, took_ms)

    @property
    def gauges(self) -> Sequence[Gauges]:
        """The gauges of the services that are in use, which are those that were read by now."""
        return [service.gauges for service in self._services.values() if service.gauges is not None]

    def feed(self, source_arn: str) -> Feed:
        """How a source is read; whoever asks has made sure that its service has sources."""
        service = source_arn.split(":", 3)[2]
        found = self._services.get(service) or self._load(service)
        assert found is not None, f"no service {service}"
        assert found.feed is not None, f"{service} has no sources"
        return found.feed

    def _prefix(self, path: str) -> str | None:
        prefixes = (known for known in self._page_owners if known.endswith("/") and path.startswith(known))
        return max(prefixes, key=len, default=None)

    def _load(self, name: str) -> Service | None:
        """The service, read now if it was only promised; `None` where there is no such service."""
        if (promised := self._promised.pop(name, None)) is not None:
            self._add(promised.load())
        return self._services.get(name)

    def _add(self, service: Service) -> None:
        self._services[service.name] = service
        self.add_timers(service.timers)
        _merge(self.targets, service.targets)
        _merge(self.bulk_targets, service.bulk_targets)
        _merge(self.broadcast_targets, service.broadcast_targets)
        _merge(self.effects, service.effects)
        _merge(self.pages, service.pages)
        _merge(self._remotes, service.remotes)
        self._add_remotes(service.remotes)
        if self._engine is not None:
            self._start(service)

    def remote(self, kind: str) -> RemoteTarget:
        """What performs a `Sending` of that kind."""
        self._load(kind.partition(".")[0])
        return self._remotes[kind]

    def _add_remotes(self, remotes: Mapping[str, RemoteTarget]) -> None:
        if self._make_effect is not None:
            _merge(self.effects, {kind: self._make_effect(remote) for kind, remote in remotes.items()})

    def _start(self, service: Service) -> None:
        for start in service.start:
            start(self._engine)


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    twice = into.keys() & more.keys()
    assert not twice, f"registered twice: {', '.join(sorted(twice))}"
    into.update(more)
