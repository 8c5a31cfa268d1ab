"""CBOR: bytes <-> a tree of dicts, lists and scalars, and the folds that read and write shapes in it.

The tree is JSON's but for blobs, which are bytes, and instants, which are tagged. The decoder is bounded in depth and
takes tag 1 (instants) alone: big numbers, references, regular expressions and the rest of CBOR's tags are refused, for
no AWS shape needs them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import cbor2

from eventyard.gateway.models import Shape
from eventyard.gateway.protocol import json_tree, scalars
from eventyard.gateway.protocol.scalars import malformed

Read = Callable[[Any], Any]
Write = Callable[[Any], Any]

DEPTH_MAX: Final = 128
_NOT_CBOR: Final = "Unable to parse the request body as CBOR."


@dataclass(frozen=True, slots=True)
class Instant:
    """Tag 1, undecoded: whatever stood in it."""

    seconds: object


class _Refused(Exception):
    """The bytes hold a tag that no AWS shape needs."""


def _refuse(*_: object) -> Any:
    raise _Refused


def _instant(seconds: object, *_: object) -> Instant:
    return Instant(seconds)


_OTHER_TAGS: Final = (0, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 100, 256, 258, 260, 261, 1004, 43000, 55799)
_DECODERS: Final[Mapping[int, Callable[..., Any]]] = {1: _instant, **dict.fromkeys(_OTHER_TAGS, _refuse)}


def parse(body: bytes | memoryview) -> Any:
    """The tree of a body; an empty body is an empty structure. Raises AwsError."""
    if not len(body):
        return {}
    try:
        return cbor2.loads(body, semantic_decoders=_DECODERS, tag_hook=_refuse, max_depth=DEPTH_MAX)
    except (cbor2.CBORError, _Refused, ValueError, OverflowError, TypeError):
        raise malformed(_NOT_CBOR) from None


def render(tree: Any) -> bytes:
    """The bytes of a tree; lists and maps are of no told length, as AWS sends them."""
    return cbor2.dumps(tree, indefinite_containers=True)


class Reader(json_tree.Reader):
    """The fold that builds readers: tree in, parameters out."""

    def map(self, shape: Shape, key: Read, value: Read) -> Read:
        read = super().map(shape, key, value)

        def read_map(tree: Any) -> Any:
            if type(tree) is dict and not all(type(name) is str for name in tree):
                raise malformed("Map keys must be strings")
            return read(tree)

        return read_map

    def scalar(self, shape: Shape) -> Read:
        return {"blob": _read_blob, "timestamp": _read_instant}.get(shape.type) or super().scalar(shape)


def _read_blob(tree: Any) -> bytes:
    if type(tree) is bytes:
        return tree
    raise malformed("Expected a byte string")


def _read_instant(tree: Any) -> int:
    seconds = tree.seconds if type(tree) is Instant else tree
    try:
        if isinstance(seconds, int | float) and seconds is not True and seconds is not False:
            return scalars.instant_of_seconds(seconds)
    except (scalars.NotReadable, OverflowError):
        pass
    raise malformed("Expected a timestamp")


class Writer(json_tree.Writer):
    """The fold that builds writers: result in, tree out."""

    def scalar(self, shape: Shape) -> Write:
        return _write_instant if shape.type == "timestamp" else json_tree.as_it_is


def _write_instant(instant_ms: int) -> cbor2.CBORTag:
    return cbor2.CBORTag(1, scalars.epoch_seconds(instant_ms))
