"""From a state's raw input to what it works on, and from its result to its output, in both query languages.

    JSONPath   input ─ InputPath ─ Parameters ─► work ─ (Assign) ─ ResultSelector ─ ResultPath ─ OutputPath ─► output
    JSONata    input ─ Arguments ─► work ─ Output, Assign ─► output

`ResultPath` puts the result into the raw input. `Assign` and what makes the output see the variables as they were when
the state was entered. In JSONPath, `$` in `Assign` is the result before `ResultSelector`.
Source: https://states-language.net/spec.html, and recordings of AWS.
"""

from collections.abc import Mapping
from typing import NamedTuple

from eventyard.languages.asl.jsonpath.paths import put
from eventyard.languages.asl.machine import State
from eventyard.languages.asl.reducer.kinds import KINDS
from eventyard.languages.asl.reducer.run import WHOLE, Run
from eventyard.languages.asl.reducer.strand import Flow
from eventyard.languages.asl.reducer.texts import exceeds_limit
from eventyard.languages.asl.scope import MISSING, Expression, Json, StatesFailed, whole_input


class Outcome(NamedTuple):
    """What a state leaves behind: its output, what it assigns, and where the flow goes (`None` ends it)."""

    output: Json
    assigned: Mapping[str, Json] | None
    next: str | None


def effective_input(run: Run, flow: Flow, state: State) -> Json:
    """The input after `InputPath`; in JSONata the input as it is."""
    if state.is_jsonata:
        return flow.input
    if state.input_path is whole_input:
        return flow.input
    if state.input_path is None:
        return {}
    return state.input_path(run.scope(flow, state, flow.input))


def arguments(run: Run, flow: Flow, state: State, effective: Json) -> Json:
    """What the state works on: `Arguments` or `Parameters`, or the effective input without them."""
    template = state.arguments if state.is_jsonata else state.parameters
    return effective if template is None else template(run.scope(flow, state, effective))


def outcome_of_result(run: Run, flow: Flow, state: State, result: Json) -> Outcome:
    """What follows from the result of a Pass, Task, Parallel or Map."""
    if state.is_jsonata:
        return _jsonata_outcome(run, flow, state, result, default=result)
    assigned = _assigned(run, flow, state, result)
    if state.result_selector is not None:
        result = state.result_selector(run.scope(flow, state, result))
    document = flow.input if state.result_path is None else put(flow.input, state.result_path, result)
    return Outcome(_output(run, flow, state, document), assigned, state.next)


def outcome_without_result(run: Run, flow: Flow, state: State, effective: Json) -> Outcome:
    """What follows from a Wait, Succeed or an unfiltered Choice: the input goes on."""
    if state.is_jsonata:
        return _jsonata_outcome(run, flow, state, MISSING, default=flow.input)
    assigned = _assigned(run, flow, state, effective)
    return Outcome(_output(run, flow, state, effective), assigned, state.next)


def outcome_of_rule(
    run: Run,
    flow: Flow,
    state: State,
    effective: Json,
    *,
    output: Expression | None,
    assign: Expression | None,
    next: str,
) -> Outcome:
    """What follows from the rule of a Choice that matched, or from its default."""
    if state.is_jsonata:
        scope = run.scope(flow, state, effective)
        assigned = None if assign is None else assign(scope)
        return Outcome(flow.input if output is None else output(scope), assigned, next)
    assigned = None if assign is None else assign(run.scope(flow, state, effective))
    return Outcome(_output(run, flow, state, effective), assigned, next)


def leave(
    run: Run, flow: Flow, state: State, outcome: Outcome, *, error: str | None = None, cause: str | None = None
) -> None:
    """Write the state's exit and have the flow go on, or end. Raises StatesFailed for too much data.

    `error` and `cause` are of a failure that was caught.
    """
    text = run.text(outcome.output)
    if exceeds_limit(text):
        raise StatesFailed("States.DataLimitExceeded", too_much(state.name))
    details = {"name": state.name, "output": text, "outputDetails": WHOLE}
    if outcome.assigned:
        texts = {name: run.text(value) for name, value in outcome.assigned.items()}
        run.frames.assign(flow, state.name, texts, outcome.assigned)
        details["assignedVariables"] = texts
        details["assignedVariablesDetails"] = WHOLE
    run.emit(flow, KINDS[type(state)].exited, {"stateExitedEventDetails": details})
    run.leave(flow, state, error=error, cause=cause)
    flow.input = outcome.output
    flow.entered = 0
    flow.token = ""
    flow.tries = []
    if outcome.next is None:
        flow.phase = "done"
        run.ended.append(flow)
    else:
        flow.phase = "go"
        flow.state = outcome.next


def too_much(name: str) -> str:
    """The cause of `States.DataLimitExceeded`; `name` is the state's, or the resource whose answer it was."""
    return f"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."


def _jsonata_outcome(run: Run, flow: Flow, state: State, result: Json, *, default: Json) -> Outcome:
    if state.output is None and state.assign is None:
        return Outcome(default, None, state.next)
    scope = run.scope(flow, state, flow.input, result=result)
    assigned = None if state.assign is None else state.assign(scope)
    return Outcome(default if state.output is None else state.output(scope), assigned, state.next)


def _assigned(run: Run, flow: Flow, state: State, result: Json) -> Mapping[str, Json] | None:
    if state.assign is None:
        return None
    assigned: Mapping[str, Json] = state.assign(run.scope(flow, state, result))
    return assigned


def _output(run: Run, flow: Flow, state: State, document: Json) -> Json:
    if state.output_path is whole_input:
        return document
    if state.output_path is None:
        return {}
    return state.output_path(run.scope(flow, state, document))
