"""Event source mappings at work: a poller for each enabled one, whose items are records of the queue's messages.

A message is leased by its queue's visibility timeout while a function has it. What the function took is deleted in the
settlement; what failed is left alone and becomes visible when its timeout is over, as AWS's pollers leave it
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). A message that no filter lets through is
deleted in the transaction that received it; so is one that is part of a loop (`looping.py`).

Our extension, on a mapping that asks for it: a failed batch is settled as two halves that are performed at once, and a
message that failed for the last time it may be received goes to the on-failure destination and leaves the queue.

A batch has a span in the trace of its first traced record, with links to those of the others.
"""

import json
import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eventyard.base.errors import AwsError, EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.feeds import Feed, Record
from eventyard.engine.park import Park
from eventyard.engine.pollers import Source
from eventyard.engine.trace.context import TraceContext, new_trace, read_header
from eventyard.functions.spec import Invocation
from eventyard.services.lambda_.model.invokes import Ended
from eventyard.services.lambda_.model.mapping import EventSourceMapping, queue_of
from eventyard.services.lambda_.model.names import LATEST, FunctionRef, function_ref
from eventyard.services.lambda_.model.records import event_filter, failed_ids, portions, with_null_md5
from eventyard.services.lambda_.queries import invocations
from eventyard.services.lambda_.work import mapping_hops
from eventyard.services.lambda_.work.asynchronous import send_record
from eventyard.services.lambda_.work.finding import resolve
from eventyard.services.lambda_.work.invoking import Attempted, Invocable, Invoker, Order
from eventyard.services.lambda_.work.looping import without_loops
from eventyard.services.lambda_.work.telling import Teller
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

RECEIVES_MAX = 20
"""Receives in one transaction when filters let nothing through."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: `failed` are message identifiers; `attempted` is `None` when nothing was tried."""

    request_id: str
    failed: Collection[str]
    trace: TraceContext
    span: str
    began_at_ms: int
    attempted: Attempted | None = None

    @property
    def invocation(self) -> Invocation | None:
        """What the function made of it; `None` when it could not run."""
        outcome = None if self.attempted is None else self.attempted.outcome
        return outcome if isinstance(outcome, Invocation) else None


@dataclass(frozen=True, slots=True)
class _Task:
    """The function to run, and when the batch's first message becomes visible again."""

    invocable: Invocable
    visible_at_ms: int


@dataclass(slots=True)
class Consumption:
    """What the poller of one mapping does."""

    engine: Engine
    invoker: Invoker
    mapping: EventSourceMapping
    parallel_max: int
    _received_at_ms: dict[str, int] = field(default_factory=dict)

    def source(self) -> Source[Record]:
        """The mapping as a source for a poller."""
        mapping = self.mapping
        return Source(
            name=mapping.source_arn,
            new_call=self._new_call,
            receive=self._receiver(),
            portions=portions,
            perform=self._perform,
            settle=self._settle,
            batch_max=mapping.batch_size,
            window_ms=1000 * mapping.window_s,
            parallel_max=min(mapping.concurrency_max or self.parallel_max, self.parallel_max),
            fault_prefix="mapping",
        )

    def _new_call(self) -> Call[Any]:
        account, region, _ = queue_of(self.mapping.source_arn)
        return self.engine.new_call(service="lambda", operation="lambda.poll", account=account, region=region)

    @property
    def _feed(self) -> Feed:
        return self.engine.registry.feed(self.mapping.source_arn)

    @property
    def _function(self) -> FunctionRef:
        mapping = self.mapping
        return function_ref(mapping.function_arn, account=mapping.account, region=mapping.region)

    def _receiver(self) -> Any:
        passes = event_filter(self.mapping.filter_patterns)
        shows_null_md5 = bool(self.mapping.window_s or self.mapping.filter_patterns)
        feed, arn = self._feed, self.mapping.source_arn
        function_arn = self._function.arn

        def receive(tx: Tx, call: Call[Any], items_max: int) -> Sequence[Record] | Park:
            for _ in range(RECEIVES_MAX):
                found = feed.take(tx, call, arn, items_max)
                if isinstance(found, Park):
                    return found
                invocable = without_loops(tx, call, found, function_arn=function_arn)
                records = [with_null_md5(one.record) if shows_null_md5 else one.record for one in invocable]
                taken = [record for record in records if passes(record)]
                left = {record["messageId"] for record in taken}
                feed.done(tx, call, arn, [one.record for one in found if one.id not in left])
                if taken:
                    self._leased(taken, call.now_ms)
                    return taken
            return Park(arn, call.now_ms, lambda tx, call: (), again_at_ms=call.now_ms)

        return receive

    async def _perform(self, batch: Sequence[Record]) -> Outcome:
        """Invoke the function with these records."""
        ids = [record["messageId"] for record in batch]
        call, engine = self._new_call(), self.engine
        trace = next(_contexts(batch), None) or new_trace(engine.clock.now_ms(), engine.ids)
        outcome = Outcome(call.request_id, ids, trace, engine.ids.span(), engine.clock.now_ms())
        task = await engine.run(lambda tx, call: self._task(tx, call, ids), call)
        if task is None:
            return outcome
        order = Order(
            payload=json.dumps({"Records": batch}, ensure_ascii=False).encode(),
            request_id=call.request_id,
            invoked_arn=self.mapping.function_arn,
            trace=trace.below(outcome.span).below(mapping_hops.function_of(outcome.span)),
            span=engine.ids.span(),
            give_up_at_ms=task.visible_at_ms,
        )
        attempted = await self.invoker.run(task.invocable, order)
        outcome = replace(outcome, attempted=attempted)
        if isinstance(attempted.outcome, EffectFailed):
            failure = attempted.outcome
            log.warning("%s was not invoked, its messages come back: %s", self.mapping.function_arn, failure)
        elif attempted.outcome.status == "ok":
            is_partial = self.mapping.reports_item_failures
            return replace(outcome, failed=failed_ids(attempted.outcome.payload, ids) if is_partial else ())
        return outcome

    def _task(self, tx: Tx, call: Call[Any], ids: Collection[str]) -> "_Task | None":
        """What to run, and until when it may wait for a process; nothing where function or queue are gone, or too late.

        A batch that waits for longer than its messages are hidden would be taken by a second poller as well.
        """
        mapping, ref = self.mapping, self._function
        try:
            found = resolve(tx, ref)
            hidden_ms = self._feed.lease_ms(tx, call, mapping.source_arn)
        except AwsError:
            return None
        visible_at_ms = min(self._received_at_ms.get(one, call.now_ms) for one in ids) + hidden_ms
        if visible_at_ms <= call.now_ms:
            log.warning("a batch of %s waited for too long and is given up; it comes back", mapping.source_arn)
            return None
        return _Task(Invocable(found.function, invocations.reserved(tx, ref.arn)), visible_at_ms)

    def _leased(self, records: Sequence[Record], now_ms: int) -> None:
        """The records are hidden from now on. Only a hint for giving up: the queue is what knows."""
        self._received_at_ms.update((record["messageId"], now_ms) for record in records)

    def _settle(self, tx: Tx, call: Call[Any], batch: Sequence[Record], outcome: Outcome) -> Sequence[Sequence[Record]]:
        """Delete what the function took; give back the halves of what it did not, where the mapping bisects."""
        self._tell(tx, call, batch, outcome)
        failed = [record for record in batch if record["messageId"] in outcome.failed]
        done = [record for record in batch if record["messageId"] not in outcome.failed]
        self._feed.done(tx, call, self.mapping.source_arn, done)
        for record in batch:
            self._received_at_ms.pop(record["messageId"], None)
        if outcome.invocation is None or not failed:
            return ()
        if self.mapping.is_bisecting and len(batch) > 1:
            self._hide(tx, call, failed)
            middle = (len(failed) + 1) // 2
            return [half for half in (failed[:middle], failed[middle:]) if half]
        if self.mapping.destination_arn:
            self._send_away(tx, call, failed, outcome, outcome.invocation)
        return ()

    def _tell(self, tx: Tx, call: Call[Any], batch: Sequence[Record], outcome: Outcome) -> None:
        """Write the batch's spans and count what it counts."""
        first = (outcome.trace.root, outcome.trace.cause)
        causes = dict.fromkeys((context.root, context.cause) for context in _contexts(batch))
        passed = mapping_hops.Batch(
            mapping=self.mapping,
            ref=self._function,
            trace=outcome.trace,
            span=outcome.span,
            links=[link for link in causes if link[1] and link != first],
            records=len(batch),
            failed=len(outcome.failed),
            request_id=outcome.request_id,
            began_at_ms=outcome.began_at_ms,
        )
        mapping_hops.tell(tx, call, passed, outcome.attempted)

    def _hide(self, tx: Tx, call: Call[Any], records: Sequence[Record]) -> None:
        """Lease the records anew for as long as the queue hides what it gives out."""
        self._feed.hide(tx, call, self.mapping.source_arn, records)
        self._leased(records, call.now_ms)

    def _send_away(
        self, tx: Tx, call: Call[Any], failed: Sequence[Record], outcome: Outcome, invocation: Invocation
    ) -> None:
        call.doors.nodes.put(outcome.span, self._function.arn)
        caused = call.within(
            service="lambda", operation=call.operation, params={}, trace=outcome.trace.below(outcome.span)
        )
        receives_max = self._receives_max(tx, call)
        used_up = [record for record in failed if int(record["attributes"]["ApproximateReceiveCount"]) >= receives_max]
        for record in used_up:
            ended = Ended(
                request_id=outcome.request_id,
                function_arn=f"{self.mapping.function_arn}:{LATEST}",
                condition="RetryAttemptsExhausted",
                invoke_count=int(record["attributes"]["ApproximateReceiveCount"]),
                request={"Records": [record]},
                executed_version=invocation.executed_version,
                function_error=invocation.function_error,
                answer=json.loads(invocation.payload),
            )
            teller = Teller(self._function.name, "DestinationDeliveryFailures")
            send_record(tx, caused, self.mapping.destination_arn, ended, teller=teller)
        self._feed.done(tx, call, self.mapping.source_arn, used_up)

    def _receives_max(self, tx: Tx, call: Call[Any]) -> float:
        """After how many receives a message is given up: the mapping's retries, else the queue's redrive policy."""
        if self.mapping.retries_max is not None:
            return self.mapping.retries_max + 1
        receives_max = self._feed.receives_max(tx, call, self.mapping.source_arn)
        return float("inf") if receives_max is None else receives_max


def _contexts(batch: Sequence[Record]) -> Iterator[TraceContext]:
    """The traces that the records belong to, of those that have one."""
    for record in batch:
        text = record["attributes"].get("AWSTraceHeader", "")
        context = read_header(text) if text else None
        if context is not None:
            yield context
