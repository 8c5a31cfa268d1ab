"""The stages of a batch on its way through a pipe, and the span of its enrichment.

The pipe itself is in the ledger, a row for each record: the enrichment is below the row of the batch's first record, in
that record's trace, with links to the others.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from eventyard.base.clock import Clock
from eventyard.base.errors import AwsError, EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.feeds import Taken
from eventyard.engine.trace import record
from eventyard.engine.trace.context import read_header
from eventyard.engine.trace.span import Span, hop_id, links_text, span_id
from eventyard.services.pipes.model.pipe import Pipe
from eventyard.store.tx import Tx


@dataclass(slots=True)
class Stage:
    """One stage: when it began and was over, and why it failed."""

    began_at_ms: int
    ended_at_ms: int
    failure: AwsError | EffectFailed | None = None

    @property
    def took_ms(self) -> int:
        return self.ended_at_ms - self.began_at_ms


@dataclass(slots=True)
class Stages:
    """How a batch went through the pipe; `span` is the id of its enrichment. A stage that was not entered is `None`."""

    began_at_ms: int
    span: str
    enriched: Stage | None = None
    given: Stage | None = None

    @contextmanager
    def enrichment(self, clock: Clock) -> Iterator[None]:
        """What happens within is the enrichment."""
        self.enriched = Stage(clock.now_ms(), clock.now_ms())
        with _ended(self.enriched, clock):
            yield

    @contextmanager
    def target(self, clock: Clock) -> Iterator[None]:
        """What happens within is the target's answer."""
        self.given = Stage(clock.now_ms(), clock.now_ms())
        with _ended(self.given, clock):
            yield


@contextmanager
def _ended(stage: Stage, clock: Clock) -> Iterator[None]:
    try:
        yield
    except (AwsError, EffectFailed) as failure:
        stage.failure = failure
        raise
    finally:
        stage.ended_at_ms = clock.now_ms()


def tell(tx: Tx, call: Call[Any], pipe: Pipe, batch: Sequence[Taken], stages: Stages) -> None:
    """Write the span of the enrichment, where there was one."""
    stage, context = stages.enriched, read_header(batch[0].trace)
    if stage is None or context is None:
        return
    told: dict[str, Any] = {"records": len(batch)}
    if stage.failure is not None:
        told["error"] = {"code": stage.failure.code, "message": stage.failure.message}
    others = (read_header(one.trace) for one in batch[1:])
    links = dict.fromkeys((other.root, other.cause) for other in others if other is not None and other.cause)
    parent = span_id(hop_id("pipes", batch[0].id))
    own = Span(
        *(context.root, stages.span, parent, pipe.account, pipe.region, "enrichment", pipe.enrichment_arn, pipe.arn),
        *(stage.began_at_ms, stage.ended_at_ms),
        "ok" if stage.failure is None else "fault",
        orjson.dumps(told).decode(),
        links_text(links),
    )
    record.put(tx, call, [own])
