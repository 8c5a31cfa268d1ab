"""What goes into the reducer and what comes out: happenings, history events, commands. Values only.

    step(machine, about, strands, happening, at) ─► Step(events, commands, ended)

An execution is a tree of strands: the root runs the machine's flow, a Parallel or Map state has a strand a branch or
item. A strand is in one state at a time; what it waits for (a task, an instant, its children) is in it, so whoever
keeps the strands keeps the execution. One call runs every strand that it reaches as far as it goes without the outside,
and at most `TRANSITIONS_MAX` states: then `Step.is_unfinished`, and the next happening is `WentOn`.

Every task that is begun has a number that no other task of the execution has (`task`), so that an answer that comes too
late for a task is known as such: it is ignored, with an empty step. The number is up to 64 bits long and says which
strand began it; `BeginTask.attempt` is what counts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, TypeAlias

from eventyard.languages.asl.scope import Json

TRANSITIONS_MAX = 256
"""States entered in one step; a longer run is cut into several transactions."""

EVENTS_MAX = 25_000
"""Of one history. Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

DATA_BYTES_MAX = 262_144
"""Of an input or output, as UTF-8. Source: the same."""


@dataclass(frozen=True, slots=True)
class About:
    """What the context object says of the execution and its machine; all that stays the same while it runs.

    `input_text` is the input as the client wrote it. `redrive_count` changes with a redrive alone; it is `None` for a
    synchronous execution, which has none on AWS. `item` is set for a child execution of a map run. `is_express` has no
    25,000 events' limit and other task forms.
    """

    execution_arn: str
    name: str
    role_arn: str
    machine_arn: str
    machine_name: str
    input_text: str
    start_at_ms: int
    redrive_count: int | None = 0
    redrive_at_ms: int | None = None
    is_express: bool = False
    item: Json = None


@dataclass(frozen=True, slots=True)
class At:
    """When a step is taken, and the chance in it. `new_token` makes a task token, `uuid` an identifier.

    `refused` says why a task of a resource cannot be begun with its parameters; `None` where it can.
    """

    now_ms: int
    uuid: Callable[[], str]
    fraction: Callable[[], float]
    new_token: Callable[[], str]
    refused: Callable[[str, Json], str | None] = field(default=lambda resource, parameters: None, repr=False)


class Event(NamedTuple):
    """One history event, in the API's form: `id` counts from 1, `previous` is `previousEventId`.

    `details` is the member that its type has (`{"stateEnteredEventDetails": {…}}`), empty where it has none.
    """

    id: int
    previous: int
    at_ms: int
    type: str
    details: Mapping[str, Json]


# Happenings


@dataclass(frozen=True, slots=True)
class Started:
    """The execution begins."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """The step before was cut short, or is taken up again after a redrive."""


@dataclass(frozen=True, slots=True)
class TaskTold:
    """Something is heard of a task before its end.

    `started`: work has begun (`worker` names an activity's). `submitted`: the request was taken (`output` its answer),
    and its result will be told. `heartbeat`: it is alive. `start_failed`/`submit_failed` end the task as a failure.
    """

    task: int
    what: Literal["started", "submitted", "heartbeat", "start_failed", "submit_failed"]
    output: Json = None
    worker: str = ""
    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class TaskSucceeded:
    """A task's result. `output_text` is how a worker or a function wrote it, passed on while it stays whole."""

    task: int
    output: Json
    output_text: str | None = None


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """A task failed. `is_timeout` for a time that the integration itself ran out of."""

    task: int
    error: str | None
    cause: str | None
    is_timeout: bool = False


@dataclass(frozen=True, slots=True)
class Rang:
    """The instant that a strand asked for has come (`Ring`)."""

    strand: int
    ring: int


@dataclass(frozen=True, slots=True)
class ExecutionTimedOut:
    """`TimeoutSeconds` of the whole machine is over."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody stops it."""

    error: str | None
    cause: str | None


@dataclass(frozen=True, slots=True)
class Redriven:
    """Somebody has it go on from where it failed; `about` already counts the redrive."""


@dataclass(frozen=True, slots=True)
class MapRunTold:
    """A distributed Map's run has begun (`started`), or came to its end with its results or its failure."""

    task: int
    what: Literal["started", "succeeded", "failed"]
    map_run_arn: str
    output: Json = None
    error: str | None = None
    cause: str | None = None


Happening: TypeAlias = (
    Started
    | WentOn
    | TaskTold
    | TaskSucceeded
    | TaskFailed
    | Rang
    | ExecutionTimedOut
    | Stopped
    | Redriven
    | MapRunTold
)


# Commands

RingName: TypeAlias = Literal["wait", "retry", "timeout", "heartbeat"]


@dataclass(frozen=True, slots=True)
class BeginTask:
    """Have a task done. The reducer has written its `TaskScheduled` (or the form that its resource has).

    `parameters` are the effective ones. `token` is the task token where the context object was asked for one
    (`.waitForTaskToken`), else empty; `heartbeat_s` and `timeout_s` are what was asked for, the rings are set already.
    `attempt` counts the tries of the state from 1; `event_id` is its Scheduled event, `entered` the state's entry.
    """

    strand: int
    task: int
    state: str
    resource: str
    parameters: Json
    token: str
    timeout_s: int | None
    heartbeat_s: int | None
    attempt: int
    event_id: int
    credentials: Json = None
    entered: int = 0


@dataclass(frozen=True, slots=True)
class AbandonTask:
    """Nobody waits for the task any more: it timed out, a branch beside it failed, the execution ended.

    A map run is abandoned the same way, by the task of its `BeginMapRun`.
    """

    task: int


@dataclass(frozen=True, slots=True)
class BeginMapRun:
    """Run a distributed Map: a child execution for each of `items`, already selected and batched.

    `entered` is the event of the state's entry.
    """

    strand: int
    task: int
    state: str
    items: Sequence[Json]
    concurrency_max: int
    tolerated_count: int | None
    tolerated_percentage: float | None
    event_id: int
    entered: int = 0


@dataclass(frozen=True, slots=True)
class RedriveMapRun:
    """Have the children of a map run that did not succeed go on; its end is told as of `task`."""

    strand: int
    task: int
    state: str
    map_run_arn: str
    event_id: int


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring at that instant. A strand's later `Ring` of the same `name` replaces it."""

    strand: int
    ring: int
    name: RingName
    at_ms: int


@dataclass(frozen=True, slots=True)
class CancelRing:
    """Do not."""

    strand: int
    name: RingName


Command: TypeAlias = BeginTask | AbandonTask | BeginMapRun | RedriveMapRun | Ring | CancelRing


@dataclass(frozen=True, slots=True)
class Ended:
    """The execution's end. `output` is for SUCCEEDED, the others have an error and a cause, where there are some."""

    status: Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    output: Json = None
    error: str | None = None
    cause: str | None = None


class Left(NamedTuple):
    """A state that waited or worked, when it is over: a Task, Wait, Parallel or Map.

    `entered` is the event of its entry, `attempts` how often it was tried. `error` and `cause` are why it failed, also
    where that was caught; `is_aborted` that it was cut off.
    """

    state: str
    type: str
    entered: int
    entered_at_ms: int
    attempts: int
    error: str | None = None
    cause: str | None = None
    is_aborted: bool = False


@dataclass(slots=True)
class Step:
    """What one happening brought about, in the order in which it came."""

    events: list[Event] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    ended: Ended | None = None
    is_unfinished: bool = False


class Strands(Protocol):
    """The strands of one execution. They are JSON objects, which the reducer alone reads and writes.

    `all_of` gives the children of a strand in the order of their index. A strand that was put is kept; one that was
    dropped is gone. `numbers` are the counters that no two strands share (next event, strand, task), kept with them.
    """

    numbers: "Numbers"

    def get(self, strand: int) -> "dict[str, Json] | None": ...
    def put(self, strand: int, parent: int | None, index: int, value: Mapping[str, Json]) -> None: ...
    def drop(self, strands: Iterable[int]) -> None: ...
    def all_of(self, parent: int) -> "Sequence[tuple[int, Mapping[str, Json]]]": ...


@dataclass(slots=True)
class Numbers:
    """The last number given of each kind; 0 before the first."""

    event: int = 0
    strand: int = 0
    task: int = 0
    ring: int = 0
