"""The engine, put together: what calls come in through, what timers and effects run on, and how it starts and stops.

    submit(call, done) ─► group ─► the service's operation ─► commit ─► done(result | error)
    pump ─► group / effects                 both know nothing of any service but what is registered

Everything a service needs of it is on its `Call`; whoever stands above (the gateway, standing consumers, tests) uses
`submit`, `run` and `new_call`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventyard.base.clock import Clock, VirtualClock
from eventyard.base.errors import AwsError
from eventyard.base.faults import Faults
from eventyard.base.ids import Ids
from eventyard.engine import ledger, remote, targets
from eventyard.engine.call import Call
from eventyard.engine.delivery import Broadcast, Delivery, Sending, Sent
from eventyard.engine.dispatch import Validate, dispatch
from eventyard.engine.due import row
from eventyard.engine.due.pump import Pump
from eventyard.engine.due.row import DueRow
from eventyard.engine.feeds import Feed
from eventyard.engine.group import Done, Group, Job, Work
from eventyard.engine.identity import service_caller
from eventyard.engine.observing import edges, series
from eventyard.engine.observing.nodes import Nodes
from eventyard.engine.observing.observer import Observer
from eventyard.engine.observing.series import Measured
from eventyard.engine.registry import Registry
from eventyard.engine.sdk import NoSdk, Sdk
from eventyard.engine.trace import read
from eventyard.engine.trace.context import new_trace, read_header
from eventyard.engine.trace.span import Span
from eventyard.store.migrate import migrate
from eventyard.store.tx import Store, Tx

TABLES = Path(__file__).parent / "tables"
LEDGER_TIMER = "ledger.retention"
HOUR_MS = 3_600_000
TRACES_TIMER = "traces.retention"


@dataclass(frozen=True, slots=True)
class Observing:
    """What is observed, and for how long it is kept: see `Settings`."""

    is_tracing: bool = True
    is_metering: bool = True
    is_recording: bool = True
    kept_ms: int = ledger.RETENTION_MS
    spans_max: int = 5_000_000


class Engine:
    """One platform's engine. It is made on the running loop, `start`ed once, `stop`ped once.

    `base_url` is where the server is, for addresses that calls of the platform's own hand out.
    """

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        clock: Clock,
        ids: Ids,
        faults: Faults,
        validate: Validate,
        is_only_node: bool = True,
        sdk: Sdk | None = None,
        observing: Observing | None = None,
    ) -> None:
        self.store = store
        self.registry = registry
        self.clock = clock
        self.ids = ids
        self.faults = faults
        self.base_url = ""
        self.observing = observing or Observing()
        self.is_tracing = self.observing.is_tracing
        self.is_metering = self.observing.is_metering
        self.is_recording = self.observing.is_recording
        self.kept_ms = self.observing.kept_ms
        self._each_ms = min(HOUR_MS, self.observing.kept_ms // 4)
        self.observer = Observer(clock=clock, write=self._write_observed, sink=self._count, many=_forget_traces_soon)
        self.nodes = Nodes()
        self.group = Group(store, clock, faults, self.observer.take)
        self.sdk: Sdk = sdk or NoSdk()
        self._validate = validate
        self._is_only_node = is_only_node
        registry.add_timers(
            {
                targets.KIND: targets.retry_timer(registry),
                LEDGER_TIMER: self._forget_old_outcomes,
                TRACES_TIMER: self._forget_old_traces,
            }
        )
        registry.perform_remotes(lambda target: remote.remote_effect(registry, target, clock))
        self.pump = Pump(
            group=self.group, registry=registry, clock=clock, ids=ids, faults=faults, new_call=self._own_call
        )
        self._idle_checks: list[Callable[[], bool]] = []
        self._rests: list[Callable[[float], Any]] = []
        self._stops: list[Callable[[], Any]] = []
        self.is_resting = False

    def migrate(self) -> None:
        """Bring every table up to date. Raises StartRefused."""
        migrate(self.store, {"engine": TABLES, **self.registry.tables}, self.faults)

    async def start(self) -> None:
        """Take back what a dead process had claimed, and begin; what is due from then on takes its time by itself.

        Raises what kept it from that.
        """
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def taken_back(outcome: Any) -> None:
            if isinstance(outcome, Exception):
                begun.set_exception(outcome)
                return
            self._begin()
            begun.set_result(None)

        self.group.submit(Job(self._own_call("engine.start", "", "", ""), self._take_back, taken_back))
        await begun

    async def rest(self, timeout_s: float) -> None:
        """Begin nothing by itself any more, answer everyone who waits, and let what runs end: effects, batches.

        Calls are still answered meanwhile, since what runs makes some. What has not ended in time is tried again after
        the next start. A service that comes only now finds `is_resting` and begins nothing either.
        """
        self.is_resting = True
        self.group.drain()
        await asyncio.gather(self.pump.stop(timeout_s), *(rest(timeout_s) for rest in self._rests))

    async def stop(self, timeout_s: float = 10.0) -> None:
        """Answer everyone who waits, let effects in progress end, and close the store."""
        for stop in self._stops:
            await stop()
        self.group.drain()
        await self.pump.stop(timeout_s)
        self.observer.end()
        await self.settle(is_stopping=True)
        self.group.close()
        self.store.close()

    def submit(self, call: Call[Any], done: Done) -> None:
        """Run the call's operation; `done` gets its result, or the exception that answers for it."""
        work = self.registry.operation(call.service, call.operation)
        assert work is not None, f"{call.service}:{call.operation} is not served: whoever submits has to look"
        self.group.submit(Job(call, work, done))

    def submit_work(self, call: Call[Any], work: Work, done: Done) -> None:
        """As `submit`, for work that is no operation: a page."""
        self.group.submit(Job(call, work, done))

    async def run(self, work: Work, call: Call[Any]) -> Any:
        """Run `work(tx, call)` in a transaction, wait where it parks, and give back its result or raise its error."""
        ended: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def done(outcome: Any) -> None:
            if not ended.done():
                ended.set_result(outcome)

        call.is_gone = call.is_gone or ended.cancelled
        self.group.submit(Job(call, work, done))
        outcome = await ended
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def operate(self, call: Call[Any]) -> Any:
        """Run the call's operation as a client's, waiting where it waits; its result, or its AwsError raised."""
        work = self.registry.operation(call.service, call.operation)
        assert work is not None, f"{call.service}:{call.operation} is not served: whoever asks has to look"
        self._validate(call.service, call.operation, call.params)
        began_at_ms = self.clock.now_ms()
        try:
            result = await self.run(work, call)
        except AwsError as refusal:
            self.observe(measured=self.registry.answered(call, refusal, self.clock.now_ms() - began_at_ms))
            raise
        self.observe(measured=self.registry.answered(call, result, self.clock.now_ms() - began_at_ms))
        return result

    def observe(self, *, spans: Sequence[Span] = (), measured: Sequence[Measured] = ()) -> None:
        """Have spans and values kept that no transaction tells: of what was refused, or has only been read."""
        if self.is_tracing:
            for span in spans:
                self.observer.late(span)
        if measured and self.is_metering:
            self.observer.take([tuple(one) for one in measured])

    def new_call(
        self,
        *,
        service: str,
        operation: str = "",
        params: Mapping[str, Any] | None = None,
        account: str,
        region: str,
        trace: str = "",
    ) -> Call[Any]:
        """A call of the platform's own, as the service's principal; `trace` an X-Ray header, or empty for a new one."""
        context = read_header(trace) if trace else None
        return Call(
            service=service,
            operation=operation,
            params=params or {},
            caller=service_caller(service, account, region),
            account=account,
            region=region,
            request_id=self.ids.uuid(),
            trace=context or new_trace(self.clock.now_ms(), self.ids),
            doors=self,
            base_url=self.base_url,
        )

    @property
    def is_watched(self) -> bool:
        """Somebody follows what happens in traces."""
        return self.observer.watch is not None

    def begins_now(self, kind: str, key: str) -> bool:
        """Whether the due row of that kind and key is begun by this process right after the commit that adds it.

        Not where several nodes work off one table: there a row belongs to whoever claims it.
        """
        return self._is_only_node and not self.store.is_shared and self.pump.begins_now(kind, key)

    def dispatch(self, tx: Tx, call: Call[Any], service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """See `Call.dispatch`."""
        return dispatch(tx, call, self.registry, self._validate, service=service, operation=operation, params=params)

    def deliver(self, tx: Tx, call: Call[Any], delivery: Delivery) -> ledger.Outcome:
        """See `targets.deliver`."""
        return targets.deliver(tx, call, self.registry, delivery)

    def deliver_all(self, tx: Tx, call: Call[Any], deliveries: Sequence[Delivery]) -> list[ledger.Outcome]:
        """See `targets.deliver_all`."""
        return targets.deliver_all(tx, call, self.registry, deliveries)

    def broadcast(self, tx: Tx, call: Call[Any], broadcast: Broadcast) -> bool:
        """See `targets.broadcast_all`."""
        return targets.broadcast_all(tx, call, self.registry, broadcast)

    def put(self, tx: Tx, call: Call[Any], delivery: Delivery) -> Sending | None:
        """See `targets.put`."""
        return targets.put(tx, call, self.registry, delivery)

    async def ask(self, call: Call[Any], delivery: Delivery) -> Any:
        """Put the delivery at once and outside of any other transaction; its target's answer, `None` of a local one.

        Raises AwsError and EffectFailed.
        """
        sending = await self.run(lambda tx, call: self.put(tx, call, delivery), call)
        if sending is None:
            return None
        now_ms = self.clock.now_ms()
        sent = Sent(delivery, sending.payload, 1, now_ms, call.account, call.region, call.trace.header())
        target = self.registry.remote(sending.kind)
        tried = await remote.attempted(target, sent, self.clock)
        if self.is_tracing:
            self.observe(spans=remote.hops_of(call, target, sent, tried))
        if tried.failure is not None:
            raise tried.failure
        return tried.answer

    def check(self, tx: Tx, call: Call[Any], service: str, name: str, given: Mapping[str, Any]) -> str | None:
        """See `Call.check`."""
        found = self.registry.check(service, name)
        assert found is not None, f"{service} answers no check {name}"
        return found(tx, call.within(service=service, operation=name, params={}), given)

    def view_within(self, tx: Tx, call: Call[Any], service: str, name: str, params: Mapping[str, Any]) -> Any:
        """See `Call.view`."""
        found = self.registry.view(service, name)
        return found(tx, call.within(service=service, operation=name, params=params))

    async def view(
        self, service: str, name: str, params: Mapping[str, Any] | None = None, *, account: str, region: str
    ) -> Any:
        """What the service shows under that name (`Service.views`), read in a transaction. Raises its AwsError."""
        call = self.new_call(service=service, operation=name, params=params, account=account, region=region)
        return await self.run(self.registry.view(service, name), call)

    def feed(self, source_arn: str) -> Feed:
        """See `Registry.feed`."""
        return self.registry.feed(source_arn)

    def on_rest(self, rest: Callable[[float], Any]) -> None:
        """Have the coroutine function `rest`, given how many seconds it may take, awaited when the engine rests."""
        self._rests.append(rest)

    def on_stop(self, stop: Callable[[], Any]) -> None:
        """Have the coroutine function `stop` awaited first when the engine stops."""
        self._stops.append(stop)

    def on_idle_check(self, is_quiet: Callable[[], bool]) -> None:
        """Count someone else's work in progress (functions, standing consumers) in `settle`."""
        self._idle_checks.append(is_quiet)

    async def settle(self, *, is_stopping: bool = False) -> None:
        """Return when nothing is in progress: no job, no effect, no standing consumer at work."""
        while not self._is_quiet(is_stopping=is_stopping):
            await asyncio.sleep(0)
            if not self.observer.is_quiet:
                self.observer.write_now()

    async def advance(self, duration_ms: int) -> None:
        """Move a virtual clock on; everything that falls due on the way happens at its own instant."""
        assert isinstance(self.clock, VirtualClock), "only a virtual clock can be advanced"
        await self.clock.advance(duration_ms, self.settle)

    def _is_quiet(self, *, is_stopping: bool) -> bool:
        if not (self.group.is_quiet and self.observer.is_quiet):
            return False
        return is_stopping or (self.pump.is_quiet and all(check() for check in self._idle_checks))

    def _own_call(self, kind: str, account: str, region: str, trace: str) -> Call[Any]:
        return self.new_call(
            service=kind.partition(".")[0], operation=kind, account=account, region=region, trace=trace
        )

    def _take_back(self, tx: Tx, call: Call[Any]) -> None:
        if self._is_only_node:
            row.free_all(tx)
        self.registry.load_those_with_work(tx)
        call.later(tx, kind=LEDGER_TIMER, key="", at_ms=call.now_ms + self._each_ms)
        call.later(tx, kind=TRACES_TIMER, key="", at_ms=call.now_ms + self._each_ms)

    def _write_observed(self, work: Work, done: Done) -> None:
        self.group.submit(Job(self._own_call("engine.observe", "", "", ""), work, done))

    def _count(self, tx: Tx, call: Call[Any], tallies: Sequence[series.Tally]) -> None:
        sink = self.registry.sink("cloudwatch", series.SINK)
        if sink is not None:
            sink(tx, call, tallies)

    def _forget_old_outcomes(self, tx: Tx, call: Call[Any], due: DueRow) -> None:
        rows_max = 10_000
        forgotten = ledger.forget(tx, before_ms=call.now_ms - self.observing.kept_ms, rows_max=rows_max)
        at_ms = call.now_ms
        if forgotten < rows_max:
            oldest_ms = ledger.oldest_at_ms(tx)
            oldest_ms = call.now_ms if oldest_ms is None else oldest_ms
            at_ms = max(call.now_ms + self._each_ms, oldest_ms + self.observing.kept_ms)
        call.later(tx, kind=LEDGER_TIMER, key="", at_ms=at_ms)

    def _forget_old_traces(self, tx: Tx, call: Call[Any], due: DueRow) -> None:
        """Delete what is older than traces are kept, and the oldest where there are more than are kept."""
        rows_max = 10_000
        before_s = (call.now_ms - self.observing.kept_ms) // 1000
        forgotten = read.forget(tx, before_s=before_s, rows_max=rows_max)
        over = read.spans_count(tx) - self.observing.spans_max if forgotten < rows_max else 0
        if over > 0:
            forgotten = read.forget(tx, before_s=call.now_ms // 1000, rows_max=min(over, rows_max))
        has_more_edges = edges.forget(tx, before_s=before_s)
        at_ms = call.now_ms
        if forgotten < rows_max and not has_more_edges:
            kept_s = [at_s for at_s in (read.oldest_at_s(tx), edges.oldest_at_s(tx)) if at_s is not None]
            oldest_ms = min(kept_s) * 1000 if kept_s else call.now_ms
            at_ms = max(call.now_ms + self._each_ms, oldest_ms + self.observing.kept_ms)
        call.later(tx, kind=TRACES_TIMER, key="", at_ms=at_ms)

    def _begin(self) -> None:
        self.group.parks.watch(row.CHANNEL, self.pump.look)
        self.pump.look()
        self.registry.start(self)


def _forget_traces_soon(tx: Tx, call: Call[Any]) -> None:
    call.later(tx, kind=TRACES_TIMER, key="", at_ms=call.now_ms)
