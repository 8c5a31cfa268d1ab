"""What is counted of a pipe: a batch is an execution.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html. Differs: nothing is throttled
and no execution times out here, so neither is counted.
"""

from collections.abc import Sequence
from typing import Any, Final

import orjson

from eventyard.engine.call import Call
from eventyard.engine.feeds import Taken
from eventyard.engine.observing.series import Series
from eventyard.services.pipes.model.pipe import Pipe
from eventyard.services.pipes.work.hops import Stage, Stages
from eventyard.store.tx import Tx

NAMESPACE: Final = "AWS/EventBridge/Pipes"


def count(tx: Tx, call: Call[Any], pipe: Pipe, batch: Sequence[Taken], stages: Stages, *, failed: int) -> None:
    """Count a batch that has been settled, of whose records so many failed."""
    if not call.doors.is_metering:
        return
    of_pipe, of_account = (("PipeName", pipe.name),), (("AwsAccountId", pipe.account),)

    def measure(name: str, value: float, *, unit: str = "Count", dimensions: Any = of_pipe) -> None:
        call.measure(tx, Series(pipe.account, pipe.region, NAMESPACE, name, unit, dimensions), value)

    measure("Invocations", 1)
    measure("Invocations", 1, dimensions=of_account)
    measure("EventCount", len(batch))
    measure("EventSize", sum(len(orjson.dumps(one.record)) for one in batch), unit="Bytes")
    measure("Duration", call.now_ms - stages.began_at_ms, unit="Milliseconds")
    is_partial = 0 < failed < len(batch)
    measure("ExecutionFailed", int(failed == len(batch)))
    measure("ExecutionPartiallyFailed", int(is_partial))
    if stages.enriched is not None:
        measure("EnrichmentStageDuration", stages.enriched.took_ms, unit="Milliseconds")
        measure("EnrichmentStageFailed", int(stages.enriched.failure is not None))
    if stages.enriched is not None and stages.enriched.failure is not None:
        measure("TargetStageSkipped", 1)
        return
    given = stages.given or Stage(call.now_ms, call.now_ms)
    measure("TargetStageDuration", given.took_ms, unit="Milliseconds")
    measure("TargetStageFailed", int(failed == len(batch)))
    measure("TargetStagePartiallyFailed", int(is_partial))
