"""A distributed Map: its items become executions of their own, which somebody else runs and tells the end of.

    MapStateStarted ─ told started ─► MapRunStarted ─┬─ succeeded ─► MapRunSucceeded, MapStateSucceeded, the state exits
                                                     └─ failed ────► MapRunFailed ─► retry, or MapStateFailed ─► catch

In JSONata the state's exit follows the run's start, in JSONPath its success. Source: recordings of AWS (LocalStack,
2023 and 2024).
"""

from collections.abc import Sequence

from eventyard.languages.asl.machine import Map
from eventyard.languages.asl.reducer.ending import reason
from eventyard.languages.asl.reducer.failing import Failure, state_failed
from eventyard.languages.asl.reducer.filtering import leave, outcome_of_result
from eventyard.languages.asl.reducer.run import Run
from eventyard.languages.asl.reducer.strand import Flow
from eventyard.languages.asl.scope import Json, StatesFailed
from eventyard.languages.asl.steps import BeginMapRun, MapRunTold, RedriveMapRun


def begin_map_run(
    run: Run,
    flow: Flow,
    state: Map,
    *,
    items: Sequence[Json],
    concurrency: int,
    tolerated: tuple[int | None, float | None],
) -> None:
    """Have the items run. Raises StatesFailed for what needs a bucket, which is not served."""
    if state.reader is not None:
        raise StatesFailed("States.ItemReaderFailed", "Items cannot be read from Amazon S3: it is not served.")
    if state.writer is not None and state.writer.resource:
        raise StatesFailed("States.ResultWriterFailed", "Results cannot be written to Amazon S3: it is not served.")
    flow.phase = "run"
    flow.map_run = ""
    count, percentage = tolerated
    run.step.commands.append(
        BeginMapRun(
            strand=flow.number,
            task=run.new_task(flow),
            state=state.name,
            items=items,
            concurrency_max=concurrency,
            tolerated_count=count,
            tolerated_percentage=percentage,
            event_id=flow.last,
            entered=flow.entered,
        )
    )


def redrive_map_run(run: Run, flow: Flow, state: Map) -> None:
    """Have what did not succeed in the state's map run go on, in the same run."""
    details = {"mapRunArn": flow.map_run, "redriveCount": run.about.redrive_count}
    run.emit(flow, "MapRunRedriven", {"mapRunRedrivenEventDetails": details})
    flow.phase = "run"
    task = run.new_task(flow)
    run.step.commands.append(RedriveMapRun(flow.number, task, state.name, flow.map_run, flow.last))


def map_run_told(run: Run, flow: Flow, state: Map, happening: MapRunTold) -> None:
    """Something is heard of the state's map run."""
    if happening.what == "started":
        flow.map_run = happening.map_run_arn
        run.emit(flow, "MapRunStarted", {"mapRunStartedEventDetails": {"mapRunArn": happening.map_run_arn}})
        return
    flow.task = 0
    started = flow.last
    if happening.what == "failed":
        details = reason(happening.error, happening.cause)
        run.emit(flow, "MapRunFailed", {"mapRunFailedEventDetails": details})
        state_failed(run, flow, state, Failure(happening.error, happening.cause), is_of_child=True)
        return
    succeeded = run.note(started, "MapRunSucceeded", {})
    ended = run.note(succeeded, "MapStateSucceeded", {})
    flow.last = started if state.is_jsonata else succeeded
    try:
        leave(run, flow, state, outcome_of_result(run, flow, state, happening.output))
    except StatesFailed:
        flow.last = ended  # as measured of a Parallel whose own output fails
        raise
