"""What the loaders did and saw: one entry a call, a line of JSON each, written by whoever made the call.

`done` was acknowledged; `refused` got an error of AWS's, so it changed nothing; `unknown` got no answer, because the
server died: it may have happened or not. Instants are of the machine's monotonic clock, which all processes share.
A token is the unique text of one message, event, key or effect.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

Outcome = Literal["done", "refused", "unknown"]
GONE_STATUS = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. `values` by `call`:

    send     token, places (every queue that must get it), id (`""` unless done), is_once (the queue deduplicates),
             and for FIFO: group, number (its place in the group, from 0)
    receive  place, messages: [[token, id, receive count], ...] in the order received
    delete   place, token, id, is_in_time (the message cannot have come back before the delete)
    claim    key, owner                    a write on the condition that nobody has the key
    owner    key, owner or None            who has the key in the end
    add      key                           one is added to a number
    sum      key, value                    the number in the end
    ask      token                         an effect was asked for: a message to a function's queue, an invocation
    effect   token                         the effect was found in the end
    """

    call: str
    who: str
    began: int
    ended: int
    outcome: Outcome
    values: Mapping[str, Any] = field(default_factory=dict)


class Gone(Exception):
    """The server did not answer: it is dead."""


class Recorder:
    """Makes calls and writes down what became of them."""

    def __init__(self, path: Path, who: str) -> None:
        self.who = who
        self._file = path.open("a", encoding="utf-8")

    def write(self, call: str, began: int, outcome: Outcome, values: Mapping[str, Any]) -> None:
        entry = Entry(call, self.who, began, time.monotonic_ns(), outcome, values)
        self._file.write(json.dumps(asdict(entry), separators=(",", ":")) + "\n")

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def attempt(self, work: Callable[[], Any]) -> tuple[int, Outcome, Any]:
        """When it began, the outcome, and the answer or the ClientError; a dead server makes it `unknown`."""
        began = time.monotonic_ns()
        try:
            return began, "done", work()
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return began, "unknown" if status in GONE_STATUS else "refused", error
        except BotoCoreError as error:
            return began, "unknown", error


def read(paths: Iterable[Path]) -> list[Entry]:
    """Every entry of the files, in the order in which the calls ended."""
    return sorted((Entry(**json.loads(line)) for path in paths for line in _lines(path)), key=lambda entry: entry.ended)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file
