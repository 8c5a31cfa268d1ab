"""The names that the kinds of states have in a history, and which of them can be tried again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from eventyard.languages.asl.machine import Choice, Fail, Map, Parallel, Pass, State, Succeed, Task, Wait


@dataclass(frozen=True, slots=True)
class Kind:
    """Event types of one kind of state. `aborted` is empty for kinds that never wait, `failed` for all but forks."""

    entered: str
    exited: str
    aborted: str = ""
    failed: str = ""
    counts_tries: bool = False


KINDS: Final[Mapping[type[State], Kind]] = {
    Pass: Kind("PassStateEntered", "PassStateExited"),
    Choice: Kind("ChoiceStateEntered", "ChoiceStateExited"),
    Succeed: Kind("SucceedStateEntered", "SucceedStateExited"),
    Fail: Kind("FailStateEntered", ""),
    Wait: Kind("WaitStateEntered", "WaitStateExited", "WaitStateAborted"),
    Task: Kind("TaskStateEntered", "TaskStateExited", "TaskStateAborted", counts_tries=True),
    Parallel: Kind(
        "ParallelStateEntered", "ParallelStateExited", "ParallelStateAborted", "ParallelStateFailed", counts_tries=True
    ),
    Map: Kind("MapStateEntered", "MapStateExited", "MapStateAborted", "MapStateFailed", counts_tries=True),
}

LASTING: Final = (Task, Wait, Parallel, Map)
"""States that may take time; the others are over as soon as they are entered."""
