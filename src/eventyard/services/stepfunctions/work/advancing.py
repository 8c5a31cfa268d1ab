"""How an execution goes on: a happening is stepped, its commands are performed, and all of it is written at once.

    start ─► Started ─┐                      ┌─► events ───► history, log group
                      ├─► step (the reducer) ┼─► commands ─► tasks, rings, map runs ─► further happenings ─► step …
    tell ── happening ┘                      └─► strands, the end ─► status event, parent, whoever waits

Everything that one call of `start` or `tell` brings about is in the transaction of its caller: the history is never
ahead of the state, and a task that is done in the store is done exactly once. Tasks outside of it are due effects.

While an execution advances, its tasks may reach executions again (SendTaskSuccess, StartExecution, an event that a rule
brings back). What reaches the same one waits for the step to end; any other is only written down, and goes on in a
transaction of its own: so nothing here recurs, however executions are entangled. Whose turn it is, the call stack alone
knows (a context variable), as operations that are dispatched know nothing of whom they serve. A context may be copied
by whatever is begun meanwhile, so a turn says by itself when it is over.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.engine.due import row
from eventyard.engine.identity import service_caller
from eventyard.languages.asl.machine import Machine, Map
from eventyard.languages.asl.reducer.stepping import step
from eventyard.languages.asl.steps import (
    AbandonTask,
    About,
    At,
    BeginMapRun,
    BeginTask,
    CancelRing,
    Command,
    Ended,
    Event,
    Happening,
    Left,
    MapRunTold,
    RedriveMapRun,
    Redriven,
    Ring,
    Started,
    Stopped,
    TaskFailed,
    TaskTold,
    WentOn,
)
from eventyard.services.stepfunctions.model.arns import execution_arn
from eventyard.services.stepfunctions.model.executions import (
    DURATION_MAX_S,
    EXPRESS_DURATION_MAX_S,
    RUNNING,
    SUCCEEDED,
    Child,
    Execution,
    Parent,
    obstacle_to_redrive,
)
from eventyard.services.stepfunctions.model.machines import StateMachine
from eventyard.services.stepfunctions.model.tokens import new_token
from eventyard.services.stepfunctions.queries import executions, history, revisions, tokens
from eventyard.services.stepfunctions.queries.strands import TableStrands
from eventyard.services.stepfunctions.queries.strands import forget as forget_strands
from eventyard.services.stepfunctions.work import counting, deleting, due, hops, logging, map_runs, telling
from eventyard.services.stepfunctions.work.nesting import child_ended
from eventyard.services.stepfunctions.work.tasks import activities, beginning
from eventyard.services.stepfunctions.work.tasks.orders import Outside, TaskOrder, stored
from eventyard.store.tx import Tx

STEPS_MAX = 256
"""Happenings of one advance; those that are left are heard of in the next transaction."""

PARENTS_MAX = 8
"""Executions that are told, one after the other, of the end of one that each of them waits for, in one transaction."""


@dataclass(slots=True)
class _Turn:
    """An execution's time to be stepped: what it has still to hear of. It is over when its steps are done."""

    arn: str
    waiting: "deque[Happening]" = field(default_factory=deque)
    is_over: bool = False


@dataclass(slots=True)
class _Advance:
    """One execution on its way forward. What has to be written is collected, and written when it comes to a halt."""

    tx: Tx
    call: Call[Any]
    execution: Execution
    machine: StateMachine
    compiled: Machine
    about: About
    strands: TableStrands
    at: At
    is_new: bool
    depth: int
    turn: _Turn
    events: list[Event] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    is_unfinished: bool = False
    ended: Ended | None = None


_TURN: Final[ContextVar[_Turn | None]] = ContextVar("turn", default=None)


def _turn() -> _Turn | None:
    """Whose turn it is on this call stack, `None` outside of any."""
    turn = _TURN.get()
    return None if turn is None or turn.is_over else turn


def start(
    tx: Tx,
    call: Call[Any],
    machine: StateMachine,
    *,
    name: str,
    input_text: str,
    trace_header: str | None = None,
    parent: Parent | None = None,
    child: Child | None = None,
    is_awaited: bool = False,
    is_delivered: bool = False,
) -> Execution:
    """Begin an execution; gives it back as it then stands, which may be ended.

    Started by a task of another execution, or by a delivery (`is_delivered`), it only begins in the next transaction:
    an event comes to all its targets before anything that one of them brings about. `machine` is the one to run, at its
    version and with its Map state's label for a child; `parent` the task that waits for the end, `child` what makes it
    a map run's. The name has to be free.
    """
    execution = _new_execution(call, machine, name=name, input_text=input_text, trace_header=trace_header)
    execution = replace(execution, parent=parent, child=child, is_awaited=is_awaited)
    if is_delivered or child is not None:
        execution = replace(execution, called_from=execution.own_machine_arn)  # the way there is counted already
    counting.count_start(tx, call, execution)
    own = hops.of_execution(call, execution, machine)
    telling.tell_status(tx, own, execution, obstacle=None)
    if is_delivered or _turn() is not None:
        executions.insert(tx, execution)
        due.tell_soon(tx, own, execution, [Started()], is_own_turn=True)
        _limit_time(tx, own, execution, revisions.compiled_of(tx, machine, execution))
        return execution
    strands = TableStrands(tx, execution.id, is_new=True)
    return _run(_advance(tx, call, execution, strands=strands, is_new=True), [Started()])


def tell(tx: Tx, call: Call[Any], arn: str, happening: Happening, *, depth: int = 0) -> None:
    """Have the execution hear of something; nothing happens for one that has ended, or is not there.

    Told by a task of another execution it hears of it in the next transaction.
    """
    tell_all(tx, call, arn, [happening], depth=depth)


def tell_all(tx: Tx, call: Call[Any], arn: str, happenings: Sequence[Happening], *, depth: int = 0) -> None:
    """`tell`, of several in their order."""
    turn = _turn()
    if turn is not None and turn.arn == arn:
        turn.waiting.extend(happenings)
        return
    found = executions.running(tx, arn)
    if found is None:
        return
    execution, numbers = found
    has_begun = numbers.event > 0 or isinstance(happenings[0], Started)
    if turn is not None or depth > PARENTS_MAX or not has_begun:
        due.tell_soon(tx, call, execution, happenings)
        return
    strands = TableStrands(tx, execution.id, numbers=numbers)
    _run(_advance(tx, call, execution, strands=strands, depth=depth), happenings)


def redrive(tx: Tx, call: Call[Any], ended: Execution) -> None:
    """Have an execution that failed, timed out or was stopped go on from there; the caller looks whether it may."""
    execution = ended.redriven(now_ms=call.now_ms)
    executions.update(tx, execution)
    telling.tell_status(tx, call, execution, obstacle=None)
    machine = revisions.machine_of(tx, execution)
    _limit_time(tx, call, execution, revisions.compiled_of(tx, machine, execution))
    if _turn() is not None:
        due.tell_soon(tx, call, execution, [Redriven()])
        return
    _run(_advance(tx, call, execution, strands=TableStrands(tx, execution.id)), [Redriven()])


def _new_execution(
    call: Call[Any], machine: StateMachine, *, name: str, input_text: str, trace_header: str | None
) -> Execution:
    suffix = f"/{machine.label}" if machine.label else ""
    arn = execution_arn(
        machine.account,
        machine.region,
        machine.name + suffix,
        name,
        is_express=machine.is_express,
        id=call.ids.uuid() if machine.is_express else "",
    )
    caused = hops.cause_of(call, trace_header)
    return Execution(
        id=call.ids.ordered_uuid(call.now_ms),
        arn=arn,
        account=machine.account,
        region=machine.region,
        machine_arn=machine.arn + suffix,
        name=name,
        is_express=machine.is_express,
        revision=machine.revision,
        version_arn=machine.version_arn,
        alias_arn=machine.alias_arn,
        status=RUNNING,
        started_at_ms=call.now_ms,
        input=input_text,
        trace_header=trace_header,
        caused_by=caused.header(),
        called_from=call.doors.nodes.of(caused.cause),
    )


def _advance(
    tx: Tx, call: Call[Any], execution: Execution, *, strands: TableStrands, is_new: bool = False, depth: int = 0
) -> _Advance:
    machine = revisions.machine_of(tx, execution)
    inner = call.within(
        service="stepfunctions",
        operation="stepfunctions.advance",
        params={},
        account=execution.account,
        region=execution.region,
        caller=service_caller("states", execution.account, execution.region),
        trace=hops.trace_of(call, execution, machine),
    )
    return _Advance(
        tx=tx,
        call=inner,
        execution=execution,
        machine=machine,
        compiled=revisions.compiled_of(tx, machine, execution),
        about=execution.about(machine.role_arn),
        strands=strands,
        at=_at(tx, inner),
        is_new=is_new,
        depth=depth,
        turn=_Turn(execution.arn),
    )


def _at(tx: Tx, call: Call[Any]) -> At:
    ids = call.ids
    return At(
        now_ms=call.now_ms,
        uuid=ids.uuid,
        fraction=ids.fraction,
        new_token=lambda: new_token(ids),
        refused=lambda resource, parameters: (
            activities.missing(tx, resource) or beginning.refusal(call, resource, parameters)
        ),
    )


def _run(advance: _Advance, happenings: Iterable[Happening]) -> Execution:
    """Step until nothing is left to hear of, and write it all; gives back the execution as it then stands."""
    turn = advance.turn
    turn.waiting.extend(happenings)
    before = _TURN.set(turn)
    try:
        steps = 0
        while turn.waiting and advance.ended is None and steps < STEPS_MAX:
            steps += 1
            _step(advance, turn.waiting.popleft())
    finally:
        turn.is_over = True
        _TURN.reset(before)
    return _write(advance)


def _step(advance: _Advance, happening: Happening) -> None:
    match happening:  # nobody can answer any more with the token of a task that failed
        case TaskFailed(task=task) | TaskTold(task=task, what="start_failed" | "submit_failed"):
            tokens.forget(advance.tx, advance.execution.arn, task)
    is_counted = advance.call.doors.is_metering
    doing = counting.task_of(advance.compiled, advance.strands, happening) if is_counted else None
    made = step(advance.compiled, advance.about, advance.strands, happening, advance.at)
    advance.events.extend(made.events)
    advance.left.extend(made.left)
    if doing is not None:
        counting.count_told(advance.tx, advance.call, doing, made.events)
    advance.is_unfinished = made.is_unfinished or (advance.is_unfinished and not isinstance(happening, WentOn))
    for command in made.commands:
        _perform(advance, command)
    advance.ended = made.ended


def _perform(advance: _Advance, command: Command) -> None:
    tx, call, execution = advance.tx, advance.call, advance.execution
    match command:
        case BeginTask():
            _begin_task(advance, command)
        case AbandonTask():
            _abandon_task(advance, command.task)
        case BeginMapRun():
            _begin_map_run(advance, command)
        case RedriveMapRun():
            map_runs.redrive(tx, call, command)
        case Ring():
            due.ring(tx, call, execution, command)
        case CancelRing():
            due.cancel_ring(tx, execution, command.strand, command.name)


def _begin_task(advance: _Advance, command: BeginTask) -> None:
    """Have the task done: in this transaction, or by an effect after it, which the execution then hears of."""
    execution = advance.execution
    order = TaskOrder(
        execution_arn=execution.arn,
        execution_name=execution.name,
        machine_arn=execution.machine_arn,
        account=execution.account,
        region=execution.region,
        task=command,
    )
    if command.token:
        tokens.remember(advance.tx, command.token, execution_arn=execution.arn, task=command.task)
    _keep_before_a_task(advance)
    counting.count_begun(advance.tx, advance.call, command.resource)
    call = hops.of_state(advance.call, execution, advance.machine, command.entered)
    came = beginning.begin(advance.tx, call, order)
    if not isinstance(came, Outside):
        advance.turn.waiting.extend(came)
        return
    call.doors.faults.point("workflow.task.before")
    advance.turn.waiting.append(TaskTold(command.task, "started"))
    call.later(
        advance.tx,
        kind=due.TASK,
        key=due.task_key(execution.id, command.task),
        at_ms=call.now_ms,
        payload={"arn": execution.arn, "order": stored(order)},
    )


def _keep_before_a_task(advance: _Advance) -> None:
    """Write a new execution down before its first task, which may ask for the execution itself."""
    if advance.is_new and not (advance.execution.is_express and advance.execution.child is None):
        executions.insert(advance.tx, advance.execution)
        _limit_time(advance.tx, advance.call, advance.execution, advance.compiled)
        advance.is_new = False


def _abandon_task(advance: _Advance, task: int) -> None:
    """Nobody waits for the task any more: its effect is not begun, its token is none, its execution is stopped."""
    tx, execution = advance.tx, advance.execution
    row.cancel(tx, kind=due.TASK, key=due.task_key(execution.id, task))
    tokens.forget(tx, execution.arn, task)
    nested = executions.running_child(tx, execution.arn, task)
    if nested is not None:
        due.tell_soon(tx, advance.call, nested, [Stopped(None, None)])
    map_runs.abandon(tx, advance.call, execution, task)


def _begin_map_run(advance: _Advance, command: BeginMapRun) -> None:
    state = advance.compiled.states[command.state]
    assert isinstance(state, Map), "only a Map has a map run"
    call = hops.of_state(advance.call, advance.execution, advance.machine, command.entered)
    map_run_arn = map_runs.begin(
        advance.tx, call, command, execution=advance.execution, machine=advance.machine, state=state
    )
    advance.turn.waiting.append(MapRunTold(command.task, "started", map_run_arn))


def _write(advance: _Advance) -> Execution:
    """Write what an advance has brought about, and tell those who are to hear of its end."""
    tx, call, execution = advance.tx, advance.call, advance.execution
    if not execution.is_express:
        history.append(tx, execution.id, advance.events)
    logging.log(tx, call, execution, advance.machine, advance.events)
    hops.tell_left(tx, call, execution, advance.left)
    if advance.ended is not None:
        return _write_end(advance, advance.ended)
    if advance.is_new:
        executions.insert(tx, execution)
        _limit_time(tx, call, execution, advance.compiled)
    advance.strands.flush()
    if advance.is_unfinished:
        due.tell_soon(tx, call, execution, [WentOn()], is_own_turn=True)
    if advance.turn.waiting:
        due.tell_soon(tx, call, execution, list(advance.turn.waiting))
    return execution


def _write_end(advance: _Advance, ended: Ended) -> Execution:
    tx, call = advance.tx, advance.call
    execution = replace(
        advance.execution,
        status=ended.status,
        stopped_at_ms=call.now_ms,
        output=_output_text(advance.events) if ended.status == SUCCEEDED else None,
        error=ended.error,
        cause=ended.cause,
    )
    if not advance.is_new and _has_limit(execution, advance.compiled):
        due.cancel_time_out(tx, execution)
    _keep_end(advance, execution)
    hops.tell_end(tx, call, execution)
    counting.count_end(tx, call, execution)
    obstacle = obstacle_to_redrive(
        execution, last_event=advance.strands.numbers.event, is_deleting=False, now_ms=call.now_ms
    )
    telling.tell_status(tx, call, execution, obstacle=obstacle)
    if execution.parent is not None:
        parent = execution.parent
        happening = child_ended(parent.pattern, parent.task, execution)
        tell(tx, call, parent.execution_arn, happening, depth=advance.depth + 1)
    if execution.child is not None:
        map_runs.child_ended(tx, call, execution)
    deleting.execution_ended(tx, execution.own_machine_arn)
    call.wake(execution.channel)
    return execution


def _output_text(events: Sequence[Event]) -> str:
    """The output of an execution that succeeded, as its history writes it."""
    text: str = events[-1].details["executionSucceededEventDetails"]["output"]
    return text


def _keep_end(advance: _Advance, execution: Execution) -> None:
    """Keep the execution as it has ended; its strands only where it may be redriven."""
    tx, is_new = advance.tx, advance.is_new
    if execution.is_express and execution.child is None:
        _keep_express(advance, execution)
        return
    if is_new:
        executions.insert(tx, execution)
    else:
        executions.update(tx, execution)
    if execution.status != SUCCEEDED and not execution.is_express:
        advance.strands.flush()
    elif not is_new:
        forget_strands(tx, execution.id)


def _keep_express(advance: _Advance, execution: Execution) -> None:
    """An express execution is gone at its end, unless it is one that somebody waits for."""
    tx, call = advance.tx, advance.call
    if advance.is_new:
        return
    forget_strands(tx, execution.id)
    if not execution.is_awaited:
        executions.delete(tx, execution.id)
        return
    executions.update(tx, execution)
    at_ms = call.now_ms + due.FORGET_AFTER_MS
    call.later(tx, kind=due.FORGET, key=execution.id, at_ms=at_ms, payload={"arn": execution.arn})


def _limit_time(tx: Tx, call: Call[Any], execution: Execution, compiled: Machine) -> None:
    """Have the execution's time run out as its definition says, or at the latest as AWS allows.

    Of a standard one without a time of its own the timer of those that are too old takes care.
    """
    if not _has_limit(execution, compiled):
        return
    at_most_s = EXPRESS_DURATION_MAX_S if execution.is_express else DURATION_MAX_S
    timeout_s = at_most_s if compiled.timeout_s is None else min(compiled.timeout_s, at_most_s)
    began_at_ms = execution.redriven_at_ms or execution.started_at_ms
    last_ms = execution.started_at_ms + 1000 * at_most_s
    due.time_out(tx, call, execution, at_ms=min(last_ms, began_at_ms + 1000 * timeout_s))


def _has_limit(execution: Execution, compiled: Machine) -> bool:
    return compiled.timeout_s is not None or execution.is_express or execution.redriven_at_ms is not None
