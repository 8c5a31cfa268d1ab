"""A pipe at work: a poller that takes records from the source, has them enriched, and gives them to the target.

    take (filtered ones leave) ─► enrich ─► a target outside: ask it ─► settle: what was taken leaves the source
                                         └─► a target in the store ──► settle: put there, and leaves the source

A target in the store gets its events in the transaction in which they leave the source: exactly once. One outside is
asked before that: at least once. What fails stays in the source and comes back when its lease is over; the source's own
dead-letter queue is where it ends. Each record has its row in the ledger, by its message's identifier.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eventyard.base.errors import AwsError, EffectFailed
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.engine import Engine
from eventyard.engine.feeds import Feed, Taken
from eventyard.engine.park import Park
from eventyard.engine.pollers import Source
from eventyard.engine.trace.context import TraceContext, read_header
from eventyard.engine.trace.span import hop_id, span_id
from eventyard.languages import pipe_templates
from eventyard.languages.arns import parse_arn
from eventyard.services.pipes.model import events
from eventyard.services.pipes.model.events import Event, Input
from eventyard.services.pipes.model.pipe import Pipe
from eventyard.services.pipes.model.settings import REQUEST_RESPONSE, batch_size, is_asked, kind_of
from eventyard.services.pipes.work import counting, hops
from eventyard.services.pipes.work.hops import Stages
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

PARALLEL_MAX = 8
TAKES_MAX = 20
"""Takes in one transaction when filters let nothing through."""
_OUTSIDE = frozenset(("lambda", "api-destination"))
_AT_ONCE = frozenset(("lambda", "states"))
"""What takes a batch as one JSON array."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What the way outside of transactions led to.

    `failed` says of a target outside which records failed, and why; `None` leaves the inputs to be put in the store.
    `stages` is how it went.
    """

    stages: Stages
    inputs: Sequence[Input] = ()
    failed: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Consumption:
    """What the poller of one pipe does."""

    engine: Engine
    pipe: Pipe

    def source(self) -> Source[Taken]:
        """The pipe as a source for a poller."""
        pipe = self.pipe
        return Source(
            name=pipe.arn,
            new_call=self._new_call,
            receive=self._receiver(),
            portions=lambda items: (items,),
            perform=self._perform,
            settle=self._settle,
            batch_max=batch_size(pipe.spec),
            window_ms=1000 * pipe.window_s,
            parallel_max=PARALLEL_MAX,
            fault_prefix="pipe",
        )

    @property
    def _feed(self) -> Feed:
        return self.engine.registry.feed(self.pipe.source_arn)

    def _new_call(self, trace: str = "") -> Call[Any]:
        pipe = self.pipe
        return self.engine.new_call(
            service="pipes", operation="pipes.poll", account=pipe.account, region=pipe.region, trace=trace
        )

    def _receiver(self) -> Any:
        passes = events.event_filter(self.pipe.filter_patterns)
        feed, arn = self._feed, self.pipe.source_arn

        def receive(tx: Tx, call: Call[Any], items_max: int) -> Sequence[Taken] | Park:
            for _ in range(TAKES_MAX):
                found = feed.take(tx, call, arn, items_max)
                if isinstance(found, Park):
                    return found
                taken = [one for one in found if passes(one.record)]
                unwanted = [one for one in found if one not in taken]
                if unwanted:
                    feed.done(tx, call, arn, [one.record for one in unwanted])
                    self._record(tx, call, unwanted, "filtered")
                if taken:
                    return taken
            return Park(arn, call.now_ms, lambda tx, call: (), again_at_ms=call.now_ms)

        return receive

    async def _perform(self, batch: Sequence[Taken]) -> Passed:
        """Enrich the batch and, where the target is outside of the store, give it there."""
        ids = [one.id for one in batch]
        stages = Stages(self.engine.clock.now_ms(), self.engine.ids.span())
        try:
            found = await self._enriched(batch, stages)
            given = events.inputs(found, self.pipe.target_arn, self.pipe.target_parameters, self._reserved())
            if not self._is_outside or not given:
                return Passed(stages, self._together(given))
            with stages.target(self.engine.clock):
                failed = await self._given(batch, given)
        except (AwsError, EffectFailed) as failure:
            return Passed(stages, failed=dict.fromkeys(ids, f"{failure.code}: {failure.message}"))
        told = "batchItemFailures: the target told this record as failed."
        return Passed(stages, failed=dict.fromkeys(failed, told))

    async def _enriched(self, batch: Sequence[Taken], stages: Stages) -> Sequence[Event]:
        """The batch's events as they go on to the target."""
        found: list[Event] = [one.record for one in batch]
        if not self.pipe.enrichment_arn:
            return found
        with stages.enrichment(self.engine.clock):
            return await self._asked_enrichment(batch, found, self._caused(batch, below=stages.span))

    async def _asked_enrichment(
        self, batch: Sequence[Taken], found: Sequence[Event], caused: Call[Any]
    ) -> Sequence[Event]:
        arn, given = self.pipe.enrichment_arn, self.pipe.enrichment_parameters
        texts = [events.rendered(event, given.get("InputTemplate"), self._reserved()) for event in found]
        if kind_of(arn) in _AT_ONCE:
            return events.enriched(await self._answer(caused, batch, arn, events.payload_of(texts)))
        parameters = events.followed_http(given.get("HttpParameters", {}), found[0])
        answer = await self.engine.ask(caused, self._delivery(batch[0], arn, Input(texts[0], parameters)))
        return events.enriched(answer.body)

    async def _given(self, batch: Sequence[Taken], given: Sequence[Input]) -> Sequence[str]:
        """Give the inputs to a target outside; gives back the records that it told as failed."""
        arn = self.pipe.target_arn
        if kind_of(arn) not in _AT_ONCE:
            for one in given:
                await self.engine.ask(self._caused(batch), self._delivery(batch[0], arn, one))
            return ()
        payload = events.payload_of([one.text for one in given])
        answer = await self._answer(self._caused(batch), batch, arn, payload, is_asked=is_asked(self.pipe.spec))
        return events.failed_ids(answer, [one.id for one in batch])

    @property
    def _is_outside(self) -> bool:
        """Whether the target cannot be served in the store: a machine can, unless it is to answer."""
        kind = kind_of(self.pipe.target_arn)
        return kind in _OUTSIDE or (kind == "states" and is_asked(self.pipe.spec))

    def _together(self, given: Sequence[Input]) -> Sequence[Input]:
        """What the target gets, where it takes a batch as one; the inputs as they are where it does not."""
        if not given or kind_of(self.pipe.target_arn) not in _AT_ONCE:
            return given
        return [Input(events.payload_of([one.text for one in given]), given[0].parameters)]

    async def _answer(
        self, caused: Call[Any], batch: Sequence[Taken], arn: str, payload: str, *, is_asked: bool = True
    ) -> bytes:
        """What a function or a machine answers. Raises AwsError, EffectFailed when it fails itself."""
        if kind_of(arn) == "states":
            given = Input(payload, {"InvocationType": REQUEST_RESPONSE})
            output = await self.engine.ask(caused, self._delivery(batch[0], arn, given))
            return bytes(output.body)
        function = parse_arn(arn)
        assert function is not None, "an ARN was read when it was set"
        invocation = "RequestResponse" if is_asked else "Event"
        call = caused.within(
            service="lambda",
            operation="Invoke",
            params={"FunctionName": arn, "InvocationType": invocation, "Payload": payload.encode()},
            account=function.account,
            region=function.region,
        )
        answer = await self.engine.operate(call)
        if "FunctionError" in answer:
            raise EffectFailed("FunctionError", bytes(answer["Payload"]).decode(errors="replace"))
        return bytes(answer.get("Payload", b""))

    def _settle(self, tx: Tx, call: Call[Any], batch: Sequence[Taken], passed: Passed) -> Sequence[Sequence[Taken]]:
        failed = self._put(tx, call, batch, passed.inputs) if passed.failed is None else passed.failed
        taken = [one for one in batch if one.id not in failed]
        self._feed.done(tx, call, self.pipe.source_arn, [one.record for one in taken])
        self._record(tx, call, taken, "delivered")
        for one in batch:
            if one.id in failed:
                self._record_failure(tx, call, one, failed[one.id])
        hops.tell(tx, call, self.pipe, batch, passed.stages)
        counting.count(tx, call, self.pipe, batch, passed.stages, failed=len(failed))
        return ()

    def _put(self, tx: Tx, call: Call[Any], batch: Sequence[Taken], inputs: Sequence[Input]) -> Mapping[str, str]:
        """Put the inputs into a target in the store; gives back which records failed, and why.

        Inputs belong to their records one by one unless an enrichment came between: then one failure fails all. Of a
        FIFO source whatever follows a failure fails with it, so that the order is kept.
        """
        is_one_by_one = not self.pipe.enrichment_arn and len(inputs) == len(batch)
        is_fifo = self.pipe.source_arn.endswith(".fifo")
        if not is_one_by_one:
            return self._put_all(tx, call, batch, inputs)
        failed: dict[str, str] = {}
        for one, given in zip(batch, inputs, strict=True):
            if is_fifo and failed:
                failed[one.id] = "Behind: a record before this one failed."
            elif (reason := self._put_one(tx, call, one, given)) is not None:
                failed[one.id] = reason
        return failed

    def _put_all(self, tx: Tx, call: Call[Any], batch: Sequence[Taken], inputs: Sequence[Input]) -> dict[str, str]:
        tx.enter()
        for given in inputs:
            if (reason := self._put_one(tx, call, batch[0], given)) is not None:
                tx.undo()
                return dict.fromkeys((one.id for one in batch), reason)
        tx.release()
        return {}

    def _put_one(self, tx: Tx, call: Call[Any], one: Taken, given: Input) -> str | None:
        """Why the target does not take the input, or `None`."""
        caused = call.within(service="pipes", operation="pipes.put", params={}, trace=_next_hop((one,)) or call.trace)
        try:
            self.engine.put(tx, caused, self._delivery(one, self.pipe.target_arn, given))
        except AwsError as refusal:
            return f"{refusal.code}: {refusal.message}"
        return None

    def _delivery(self, one: Taken, arn: str, given: Input) -> Delivery:
        return Delivery(
            arn=arn,
            body=given.text,
            event_body=given.text,
            sender="pipes",
            event_id=one.id,
            rule_arn=self.pipe.arn,
            parameters=given.parameters,
        )

    def _caused(self, batch: Sequence[Taken], *, below: str = "") -> Call[Any]:
        """A call that the batch's first record has caused, one hop after it: below the pipe, or another span."""
        own = below or span_id(hop_id("pipes", batch[0].id))
        self.engine.nodes.put(own, self.pipe.arn)
        trace = _next_hop(batch)
        return self._new_call("" if trace is None else trace.below(own).header())

    def _reserved(self) -> Mapping[str, str]:
        now = datetime.fromtimestamp(self.engine.clock.now_ms() / 1000, UTC)
        return {
            pipe_templates.PIPE_ARN: self.pipe.arn,
            pipe_templates.PIPE_NAME: self.pipe.name,
            pipe_templates.SOURCE_ARN: self.pipe.source_arn,
            pipe_templates.ENRICHMENT_ARN: self.pipe.enrichment_arn,
            pipe_templates.TARGET_ARN: self.pipe.target_arn,
            pipe_templates.INGESTION_TIME: now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }

    def _record(self, tx: Tx, call: Call[Any], taken: Sequence[Taken], outcome: ledger.OutcomeName) -> None:
        for one in taken:
            self._tell(tx, call, one, outcome, reason="")

    def _record_failure(self, tx: Tx, call: Call[Any], one: Taken, reason: str) -> None:
        receives_max = self._feed.receives_max(tx, call, self.pipe.source_arn)
        is_last = receives_max is not None and one.receives >= receives_max
        log.warning("a record of %s comes back: %s", self.pipe.arn, reason)
        self._tell(tx, call, one, "dead-lettered" if is_last else "retrying", reason=reason)

    def _tell(self, tx: Tx, call: Call[Any], one: Taken, outcome: ledger.OutcomeName, *, reason: str) -> None:
        before = ledger.read(tx, one.id)
        told = ledger.Outcome(
            rule_arn=self.pipe.arn,
            target_arn=self.pipe.target_arn,
            target_id=self.pipe.name,
            outcome=outcome,
            attempts=max([one.receives, *(known["attempts"] for known in before or ())]),  # a late batch has fewer
            at_ms=call.now_ms,
            reason=reason,
        )
        if before is None:
            body = str(one.record.get("body", ""))
            ledger.accept(tx, call, [ledger.Accepted(one.id, call.now_ms, self.pipe.arn, body, [told], one.trace)])
        else:
            ledger.amend(tx, one.id, told)


def _next_hop(batch: Sequence[Taken]) -> TraceContext | None:
    """The trace of the batch's first record that has one, one hop further."""
    trace = next((one.trace for one in batch if one.trace), "")
    context = read_header(trace) if trace else None
    return None if context is None else context.one_hop_further()
