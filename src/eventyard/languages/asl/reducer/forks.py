"""Parallel and inline Map: a strand for each branch or item, a fork that counts them, and how they end together.

    entered ─► Started ─► children run ─┬─ all done ─► Succeeded ─► the state exits with their outputs
                                        └─ one failed ─► the others aborted ─► retry, or Failed ─► catch

The events at a fork's end hang on the last event of the child that ended it; the ends of iterations and of the fork
itself (`MapIterationSucceeded`, `ParallelStateSucceeded`, …) stand beside the line. A retry starts again from the same
event, without a `Failed`. Source: recordings of AWS (LocalStack, 2023 to 2025).
"""

from collections.abc import Sequence
from typing import Final

from eventyard.languages.asl.machine import Flow as Route
from eventyard.languages.asl.machine import Map, Parallel, State
from eventyard.languages.asl.reducer.failing import Failure, expression_failed, state_failed
from eventyard.languages.asl.reducer.filtering import arguments, effective_input, leave, outcome_of_result
from eventyard.languages.asl.reducer.kinds import KINDS
from eventyard.languages.asl.reducer.run import Run
from eventyard.languages.asl.reducer.strand import WAITING, Flow, Fork
from eventyard.languages.asl.scope import Json, StatesFailed

_CONCURRENCY_MAX: Final = 40
"""Iterations of an inline Map that run at once. Source:
https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html (2026)."""


def begin_parallel(run: Run, flow: Flow, state: Parallel) -> None:
    """Start every branch with the state's effective input. Raises StatesFailed."""
    given = arguments(run, flow, state, effective_input(run, flow, state))
    started = run.emit(flow, "ParallelStateStarted", {})
    fork = _fork(run, flow, state, len(state.branches), is_map=False)
    for index, branch in enumerate(state.branches):
        child = _child(run, flow, fork, index)
        child.input = given
        child.item = flow.item
        child.last = started
        _release(run, fork, child, branch)


def begin_iterations(
    run: Run, flow: Flow, state: Map, *, items: Sequence[Json], inputs: Sequence[Json], concurrency: int
) -> None:
    """Start as many iterations of an inline Map as may run at once; the others wait for their turn.

    `items` are what `Map.Item.Value` tells, `inputs` what the iterations begin with.
    """
    fork = _fork(run, flow, state, len(items), is_map=True)
    fork.concurrency = min(concurrency or _CONCURRENCY_MAX, _CONCURRENCY_MAX)
    for index, (item, given) in enumerate(zip(items, inputs, strict=True)):
        child = _child(run, flow, fork, index)
        child.input = given
        child.item = {"Index": index, "Value": item}
        child.phase = "held"
    if not items:
        _complete(run, fork)
        return
    for _ in range(min(fork.concurrency, len(items))):
        _next_iteration(run, fork, state)


def _fork(run: Run, flow: Flow, state: State, length: int, *, is_map: bool) -> Fork:
    fork = Fork(run.new_number(), flow.number, state.name, is_map, run.strands.numbers.strand + 1, length, length)
    fork.last = flow.last
    run.strands.numbers.strand += length
    run.add(fork)
    flow.fork = fork.number
    flow.phase = "fork"
    return fork


def _child(run: Run, flow: Flow, fork: Fork, index: int) -> Flow:
    child = Flow(fork.first + index, fork.number, index, frame=flow.frame)
    run.add(child)
    return child


def _release(run: Run, fork: Fork, child: Flow, route: Route) -> None:
    fork.started += 1
    child.phase = "go"
    child.state = route.start_at
    run.ready.append(child)


def _next_iteration(run: Run, fork: Fork, state: Map) -> None:
    child = run.flow(fork.first + fork.started)
    assert child is not None, "an iteration that has not begun is there"
    child.last = run.note(
        fork.last, "MapIterationStarted", {"mapIterationStartedEventDetails": _iteration(child, fork)}
    )
    _release(run, fork, child, state.processor)


def _iteration(child: Flow, fork: Fork) -> dict[str, Json]:
    return {"index": child.index, "name": fork.state}


def child_ended(run: Run, child: Flow) -> None:
    """A branch or iteration has come to its end: the fork goes on, is complete, or fails."""
    assert child.parent is not None
    fork = run.fork(child.parent)
    if child.phase == "failed":
        _fail(run, fork, child)
        return
    run.frames.leave(child)
    fork.done += 1
    fork.last = child.last
    if fork.is_map:
        end = run.note(
            child.last, "MapIterationSucceeded", {"mapIterationSucceededEventDetails": _iteration(child, fork)}
        )
        if fork.done == fork.length:
            fork.last = end
    if fork.done == fork.length:
        _complete(run, fork)
    elif fork.started < fork.length:
        state = run.machine.states[fork.state]
        assert isinstance(state, Map)
        _next_iteration(run, fork, state)


def _complete(run: Run, fork: Fork) -> None:
    flow = run.flow(fork.parent)
    assert flow is not None
    state = run.machine.states[fork.state]
    succeeded = run.note(fork.last, "MapStateSucceeded" if fork.is_map else "ParallelStateSucceeded", {})
    flow.last = fork.last
    outputs = [child.input for child in run.children(fork)]
    if any(run.foreign_text(output) for output in outputs):
        run.keep_text(outputs, f"[{','.join([run.text(output) for output in outputs])}]")
    forget(run, fork)
    flow.fork = 0
    try:
        leave(run, flow, state, outcome_of_result(run, flow, state, outputs))
    except StatesFailed as failed:
        flow.last = succeeded
        expression_failed(run, flow, state, failed)
    if flow.phase == "go":
        run.ready.append(flow)


def forget(run: Run, fork: Fork) -> None:
    """Drop the fork and everything in it."""
    for child in run.children(fork):
        run.frames.leave(child)
        if child.fork:
            forget(run, run.fork(child.fork))
    run.drop(fork.number, *range(fork.first, fork.first + fork.length))


def _fail(run: Run, fork: Fork, failed: Flow) -> None:
    flow = run.flow(fork.parent)
    assert flow is not None
    state = run.machine.states[fork.state]
    if fork.is_map:
        run.note(failed.last, "MapIterationFailed", {"mapIterationFailedEventDetails": _iteration(failed, fork)})
    _abort_children(run, fork, failed)
    flow.last = failed.last
    if state_failed(run, flow, state, Failure(failed.error, failed.cause), is_of_child=True):
        forget(run, fork)
        flow.fork = 0
    if flow.phase == "go":
        run.ready.append(flow)


def _abort_children(run: Run, fork: Fork, failed: Flow) -> None:
    for child in run.children(fork):
        if child is failed:
            aborted = KINDS[type(run.machine.states[child.state])].aborted
            if aborted and not child.fork:
                run.note(failed.last, aborted, {})
        elif child.phase in WAITING:
            _abort_child(run, fork, child, failed.last)


def _abort_child(run: Run, fork: Fork, child: Flow, previous: int) -> None:
    """Stop the child where it is, and all in it; its events follow `previous`. What it needs for a redrive is kept."""
    if fork.is_map:
        run.note(previous, "MapIterationAborted", {"mapIterationAbortedEventDetails": _iteration(child, fork)})
    if child.phase == "run":
        run.note(previous, "MapRunAborted", {})
    aborted = KINDS[type(run.machine.states[child.state])].aborted
    if aborted and child.phase != "go":
        run.note(previous, aborted, {})
    run.abandon_task(child)
    run.leave(child, run.machine.states[child.state], is_aborted=True)
    child.phase = "aborted"
    if child.fork:
        inner = run.fork(child.fork)
        for each in run.children(inner):
            if each.phase in WAITING:
                _abort_child(run, inner, each, previous)
