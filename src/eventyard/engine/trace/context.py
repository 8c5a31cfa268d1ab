"""The trace context in AWS X-Ray's form: `Root=1-67890abc-…;Parent=53995c3f42cd8ad8;Sampled=1`.

Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
"""

from functools import lru_cache
from typing import NamedTuple

from eventyard.base.ids import Ids
from eventyard.engine.trace.span import span_id

HOPS_MAX = 64
"""How many buses, topics and functions one cause may come through. AWS ends a function's loop after about 16 rounds.
Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""

ROUNDS_KEPT = 8
"""Functions whose rounds are counted, the latest; what has been further away than that is no tight loop."""

CONTEXTS_MAX = 4_096
"""Headers that are kept read: the messages of a batch have the same, and each step of an execution asks for its own."""

_LINEAGE = "hops:"
_AT = "at:"
_SPAN_DIGITS = 16
_NAME_MAX = 16
_AND = "+"  # a sign that botocore leaves as it is when it passes the header on


class TraceContext(NamedTuple):
    """One place in a trace: `root` the trace's id, `parent` the span that causes what comes next; empty at the root.

    `hops` counts the buses, topics and functions on the way here, `rounds` how often each function was among them, by
    short names, `at` is the span of the platform's own that is between the parent and here; all three travel as the
    header's `Lineage`, where AWS counts the rounds of loops, too.
    """

    root: str
    parent: str = ""
    is_sampled: bool = True
    hops: int = 0
    rounds: tuple[tuple[str, int], ...] = ()
    at: str = ""

    def header(self) -> str:
        """The value of `X-Amzn-Trace-Id` and of a message's `AWSTraceHeader`."""
        if not (self.parent or self.hops or self.at):
            return f"Root={self.root};Sampled={int(self.is_sampled)}"
        parent = f";Parent={self.parent}" if self.parent else ""
        if not (self.hops or self.at):
            return f"Root={self.root}{parent};Sampled={int(self.is_sampled)}"
        at = (f"{_AT}{self.at}",) if self.at else ()
        counts = _AND.join((f"{_LINEAGE}{self.hops}", *(f"{name}:{count}" for name, count in self.rounds), *at))
        lineage = f";Lineage={counts}"
        return f"Root={self.root}{parent};Sampled={int(self.is_sampled)}{lineage}"

    def one_hop_further(self) -> "TraceContext":
        """The same place, seen from the next bus, topic or function."""
        return self._replace(hops=self.hops + 1)

    def caused_by(self, event_id: str) -> "TraceContext":
        """The same place, seen from what the hop that took this event causes."""
        return self.below(span_id(event_id))

    @property
    def cause(self) -> str:
        """The span that causes what comes next, as the platform knows it."""
        return self.at or self.parent

    def below(self, own: str) -> "TraceContext":
        """The place below a span of the platform's own.

        A parent that a client named remains what its consumers see: AWS's buses, topics and queues pass it on as it is.
        """
        root, parent, is_sampled, hops, rounds, at = self
        if parent and is_sampled:
            return TraceContext(root, parent, is_sampled, hops, rounds, own)
        return TraceContext(root, own, is_sampled, hops, rounds, at)

    def rounds_of(self, name: str) -> int:
        """How often the function of that short name is on the way here."""
        return dict(self.rounds).get(name, 0)

    def one_round_further(self, name: str) -> "TraceContext":
        """The same place, seen from one more invocation of the function of that short name (hexadecimal digits)."""
        others = tuple(pair for pair in self.rounds if pair[0] != name)
        rounds = (*others, (name, self.rounds_of(name) + 1))[-ROUNDS_KEPT:]
        return self._replace(hops=self.hops + 1, rounds=rounds)


def new_trace(now_ms: int, ids: Ids) -> TraceContext:
    """A trace of its own, for what nothing else caused. Nobody has asked AWS for one, so it is not sampled."""
    return TraceContext(ids.trace_root(now_ms), "", False)


@lru_cache(maxsize=CONTEXTS_MAX)
def read_header(text: str) -> TraceContext | None:
    """The context in a header's value, or `None` when it names no root."""
    parts = dict(part.strip().partition("=")[::2] for part in text.split(";"))
    root = parts.get("Root", "")
    if not root.startswith("1-"):
        return None
    lineage = parts.get("Lineage", "")
    hops, _, rounds = lineage.partition(_AND)
    counted = _hops(hops)
    return TraceContext(
        root=root,
        parent=parts.get("Parent", ""),
        is_sampled=parts.get("Sampled", "1") != "0",
        hops=counted,
        rounds=_rounds(rounds) if counted else (),
        at=_at(rounds) if hops.startswith(_LINEAGE) else "",
    )


def _at(text: str) -> str:
    """The span in a header's `Lineage`, which comes last there; empty where there is none of ours."""
    last = text.rpartition(_AND)[2]
    digits = last.removeprefix(_AT)
    return digits if len(digits) == _SPAN_DIGITS and digits != last and digits.isalnum() else ""


def read_traceparent(text: str) -> TraceContext | None:
    """The context in a W3C `traceparent` header, its trace's id in X-Ray's form; `None` when it is none.

    Source: https://www.w3.org/TR/trace-context/#traceparent-header; X-Ray's page on sending data.
    """
    version, _, rest = text.strip().partition("-")
    parts = rest.split("-")
    if not _is_hexadecimal(version, 2) or version == "ff" or len(parts) < 3 or (version == "00" and len(parts) > 3):
        return None
    trace, parent, flags = parts[:3]
    if not (_is_hexadecimal(trace, 32) and _is_hexadecimal(parent, _SPAN_DIGITS) and _is_hexadecimal(flags, 2)):
        return None
    if not (trace.strip("0") and parent.strip("0")):
        return None
    return TraceContext(f"1-{trace[:8]}-{trace[8:]}", parent, bool(int(flags, 16) & 1))


def _is_hexadecimal(text: str, digits: int) -> bool:
    """W3C writes ids in lower case only."""
    return len(text) == digits and not text.strip("0123456789abcdef")


def as_given(header: str) -> str:
    """A header without the platform's own span in it: as AWS would pass it on."""
    given, mark, rest = header.rpartition(f"{_AND}{_AT}")
    if not mark or len(rest) != _SPAN_DIGITS:
        return header
    return given.removesuffix(f";Lineage={_LINEAGE}0")


def _rounds(text: str) -> tuple[tuple[str, int], ...]:
    """The functions in a header's `Lineage` and their rounds; what is no such pair is left out."""
    pairs = (part.partition(":")[::2] for part in text.split(_AND))
    read = ((name, _count(digits)) for name, digits in pairs if name.isalnum() and len(name) <= _NAME_MAX)
    return tuple(pair for pair in read if pair[1])[-ROUNDS_KEPT:]


def _hops(lineage: str) -> int:
    """The hops in a header's `Lineage`; 0 where there are none of ours, and never more than the limit."""
    digits = lineage.removeprefix(_LINEAGE)
    return min(_count(digits), HOPS_MAX) if lineage != digits else 0


def _count(digits: str) -> int:
    return int(digits) if digits.isdecimal() and len(digits) < 9 else 0
