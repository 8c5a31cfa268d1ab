"""One step at work: the strands that it has loaded, what it brings about, and what expressions may see.

A strand is read once and written once a step, however many states it passes. `emit` writes an event that the flow's
next one follows; `note` writes one beside the line, as AWS does for the ends of iterations and of forks.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from eventyard.languages.asl.machine import Machine, State
from eventyard.languages.asl.reducer.kinds import KINDS, LASTING
from eventyard.languages.asl.reducer.strand import (
    QUEUE,
    Flow,
    Fork,
    flow_of,
    restored_flow,
    restored_fork,
    stored_flow,
    stored_fork,
    task_of,
)
from eventyard.languages.asl.reducer.texts import instant, read, written
from eventyard.languages.asl.reducer.variables import Frames
from eventyard.languages.asl.scope import MISSING, Json, Scope
from eventyard.languages.asl.steps import (
    EVENTS_MAX,
    TRANSITIONS_MAX,
    AbandonTask,
    About,
    At,
    CancelRing,
    Event,
    Left,
    Ring,
    RingName,
    Step,
    Strands,
)

WHOLE: Final[Mapping[str, Json]] = {"truncated": False}
_NO_CONTEXT: Final[Mapping[str, Json]] = MappingProxyType({})


class HistoryFull(Exception):
    """No further event fits but the last one, which says so."""


@dataclass(slots=True)
class Run:
    """What one call of the reducer has in hand.

    `ready` are flows that can go on, in the order of their turn; `ended` are flows that came to their end, well or
    badly, which nobody has heard of yet.
    """

    machine: Machine
    about: About
    strands: Strands
    at: At
    step: Step = field(default_factory=Step)
    ready: deque[Flow] = field(default_factory=deque)
    ended: deque[Flow] = field(default_factory=deque)
    transitions_left: int = TRANSITIONS_MAX
    _flows: dict[int, Flow] = field(default_factory=dict)
    _forks: dict[int, Fork] = field(default_factory=dict)
    _loaded: dict[int, Mapping[str, Json]] = field(default_factory=dict)
    _dropped: set[int] = field(default_factory=set)
    _frames: Frames | None = None
    _written: Json = MISSING
    _text: str = ""
    _foreign: dict[int, tuple[Json, str]] = field(default_factory=dict)
    _execution: Mapping[str, Json] | None = None

    # Strands

    def flow(self, number: int) -> Flow | None:
        """The flow of that number, to be changed; `None` if there is none."""
        if number in self._flows:
            return self._flows[number]
        value = None if number in self._dropped else self.strands.get(number)
        if value is None or "phase" not in value:
            return None
        flow = self._flows[number] = restored_flow(number, value)
        self._loaded[number] = value
        if flow.text:
            self.keep_text(flow.input, flow.text)
        return flow

    def flow_with_task(self, task: int) -> Flow | None:
        """The flow that waits for that task; `None` if nobody does any more."""
        flow = self.flow(flow_of(task))
        return flow if flow is not None and flow.task == task else None

    def new_number(self) -> int:
        self.strands.numbers.strand += 1
        return self.strands.numbers.strand

    def new_task(self, flow: Flow) -> int:
        self.strands.numbers.task += 1
        flow.task = task_of(flow.number, self.strands.numbers.task)
        return flow.task

    def add(self, strand: Flow | Fork) -> None:
        """Keep a new strand."""
        if isinstance(strand, Flow):
            self._flows[strand.number] = strand
        else:
            self._forks[strand.number] = strand

    def fork(self, number: int) -> Fork:
        """The fork of that number, to be changed."""
        if number not in self._forks:
            self._forks[number] = restored_fork(number, self.strands.get(number) or {})
        return self._forks[number]

    def children(self, fork: Fork) -> Iterator[Flow]:
        """The fork's flows, in the order of their index."""
        for number in range(fork.first, fork.first + fork.length):
            child = self.flow(number)
            assert child is not None, "a fork's flows are there as long as it is"
            yield child

    def drop(self, *numbers: int) -> None:
        """Forget these strands."""
        for number in numbers:
            self._flows.pop(number, None)
            self._forks.pop(number, None)
            self._dropped.add(number)

    @property
    def frames(self) -> Frames:
        if self._frames is None:
            self._frames = Frames(self.strands)
        return self._frames

    def save(self) -> None:
        """Write every strand that this step has changed, and the queue if it was cut."""
        if self._dropped:
            self.strands.drop(sorted(self._dropped))
        for fork in self._forks.values():
            self.strands.put(fork.number, fork.parent, 1, stored_fork(fork))
        for flow in self._flows.values():
            flow.text = self.foreign_text(flow.input) or ""
            stored = stored_flow(flow)
            if stored != self._loaded.get(flow.number):
                self.strands.put(flow.number, flow.parent, flow.index, stored)
        if self._frames is not None:
            self._frames.save()
        if self.step.is_unfinished:
            left = [*self._queued(), *(flow.number for flow in self.ready)]
            self.strands.put(QUEUE, None, 0, {"ready": left})

    def _queued(self) -> Sequence[int]:
        """Who still stands in the queue of an earlier cut, since something else happened before `WentOn`."""
        queue = None if QUEUE in self._dropped else self.strands.get(QUEUE)
        return [] if queue is None else queue["ready"]

    # History

    def emit(self, flow: Flow, kind: str, details: Mapping[str, Json]) -> int:
        """Write the flow's next event, and give its number. Raises HistoryFull."""
        numbers = self.strands.numbers
        if numbers.event + 1 >= EVENTS_MAX and not self.about.is_express:
            raise HistoryFull
        numbers.event = number = numbers.event + 1
        self.step.events.append(Event(number, flow.last, self.at.now_ms, kind, details))
        flow.last = number
        return number

    def leave(
        self, flow: Flow, state: State, *, error: str | None = None, cause: str | None = None, is_aborted: bool = False
    ) -> None:
        """Tell that the flow is over with the state, if that is one that takes time."""
        if flow.entered and isinstance(state, LASTING):
            self.step.left.append(
                Left(
                    *(state.name, type(state).__name__, flow.entered, flow.entered_at_ms, flow.tried + 1),
                    *(error, cause, is_aborted),
                )
            )

    def note(self, previous: int, kind: str, details: Mapping[str, Json]) -> int:
        """Write an event that follows `previous`, and give its number. Raises HistoryFull."""
        numbers = self.strands.numbers
        if numbers.event + 1 >= EVENTS_MAX and not self.about.is_express:
            raise HistoryFull
        return self.close(previous, kind, details)

    def close(self, previous: int, kind: str, details: Mapping[str, Json]) -> int:
        """Write the last event, for which there is always room."""
        numbers = self.strands.numbers
        numbers.event += 1
        self.step.events.append(Event(numbers.event, previous, self.at.now_ms, kind, details))
        return numbers.event

    def text(self, value: Json) -> str:
        """The value as JSON text: as it came, where nobody has changed it, else as AWS writes it.

        One state's output is the next one's input, so the last text is kept.
        """
        if value is not self._written:
            self._text = self.foreign_text(value) or written(value)
            self._written = value
        return self._text

    def keep_text(self, value: Json, text: str) -> None:
        """Remember how a client wrote the execution's input, or a worker or function a result.

        AWS passes the text on while it stays whole. Source: radkawar/stackd, testdata/aws/stepfunctions (2026-09),
        task_integrations (a worker's) and lambda_integrations (of a function called directly).
        """
        if isinstance(value, dict | list) and text != written(value):
            self._foreign[id(value)] = (value, text)

    def foreign_text(self, value: Json) -> str | None:
        """How a client wrote the value, `None` if it is written as AWS would."""
        held = self._foreign.get(id(value)) if self._foreign else None
        return None if held is None else held[1]

    # What expressions see

    def scope(self, flow: Flow, state: State, value: Json, *, result: Json = MISSING, error: Json = MISSING) -> Scope:
        """What an expression of that state sees, with `value` as its input."""
        return Scope(
            value,
            self._context(flow, state) if state.reads_context else _NO_CONTEXT,
            self.frames.visible(flow.frame) if flow.frame else {},
            result,
            error,
            self.at.uuid,
            self.at.fraction,
            self.at.now_ms,
        )

    def execution_input(self) -> Json:
        """What the execution was started with."""
        return read(self.about.input_text)

    def _context(self, flow: Flow, state: State) -> dict[str, Json]:
        about = self.about
        if self._execution is None:
            started = {"StartTime": instant(about.start_at_ms)}
            named = {"Name": about.name, "RoleArn": about.role_arn}
            in_order = named | started if about.is_express else started | named  # as recorded of both types
            execution: dict[str, Json] = {"Id": about.execution_arn, "Input": self.execution_input(), **in_order}
            if about.redrive_count is not None:
                execution["RedriveCount"] = about.redrive_count
            if about.redrive_at_ms is not None:
                execution["RedriveTime"] = instant(about.redrive_at_ms)
            self._execution = execution
        standing: dict[str, Json] = {"Name": state.name, "EnteredTime": instant(flow.entered_at_ms)}
        if KINDS[type(state)].counts_tries:
            standing["RetryCount"] = flow.tried
        context: dict[str, Json] = {
            "Execution": self._execution,
            "StateMachine": {"Id": about.machine_arn, "Name": about.machine_name},
            "State": standing,
        }
        if flow.token:
            context["Task"] = {"Token": flow.token}
        if flow.item is not MISSING:
            context["Map"] = {"Item": flow.item}
        elif about.item is not None:
            context["Map"] = {"Item": about.item}
        return context

    # Commands

    def ring(self, flow: Flow, name: RingName, at_ms: int) -> None:
        """Ask for a ring at that instant; an earlier one of that name counts no more."""
        self.strands.numbers.ring += 1
        flow.rings[name] = self.strands.numbers.ring
        self.step.commands.append(Ring(flow.number, self.strands.numbers.ring, name, at_ms))

    def cancel_rings(self, flow: Flow) -> None:
        """Want none of the flow's rings any more."""
        for name in flow.rings:
            self.step.commands.append(CancelRing(flow.number, name))
        flow.rings.clear()

    def abandon_task(self, flow: Flow) -> None:
        """Wait for the flow's task no more; its rings go with it."""
        self.cancel_rings(flow)
        if flow.task:
            self.step.commands.append(AbandonTask(flow.task))
            flow.task = 0
