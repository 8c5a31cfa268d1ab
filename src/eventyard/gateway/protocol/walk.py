"""Turn a shape into a reader or a writer, once an operation; knows no format.

An encoding is a `Fold`: four functions that build a closure for a structure, a list, a map and a scalar out of the
closures of their parts. `walk` goes over the shape and calls them, parts first. The closures are what runs on each
request, so everything that can be decided from the shape is decided here, once.

A shape that contains itself (DynamoDB's AttributeValue) gets one closure: where the walk meets it again, it puts a
small one that looks the finished closure up at its first call. Two places that refer to one shape with different
traits are two shapes; only the very same reference is shared.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from eventyard.gateway.models import Shape

F = TypeVar("F", bound=Callable[..., Any])


class Fold(Protocol[F]):
    """What an encoding knows: how to build the closure of each kind of shape from the closures of its parts."""

    def structure(self, shape: Shape, members: Sequence[tuple[str, Shape, F]]) -> F: ...

    def list(self, shape: Shape, element: F) -> F: ...

    def map(self, shape: Shape, key: F, value: F) -> F: ...

    def scalar(self, shape: Shape) -> F: ...


def walk(shape: Shape, fold: Fold[F]) -> F:
    """The closure for `shape`, built by `fold`."""
    closure: F = _Walk(fold).closure(shape)
    return closure


class _Walk:
    """One walk: which shapes it stands inside of, and which it has finished."""

    def __init__(self, fold: Fold[Any]) -> None:
        self._fold = fold
        self._finished: dict[tuple[str, str], Callable[..., Any]] = {}
        self._open: set[tuple[str, str]] = set()

    def closure(self, shape: Shape) -> Any:
        place = (shape.name, repr(sorted((k, v) for k, v in shape.traits.items() if k not in _OWN_PARTS)))
        if place in self._finished:
            return self._finished[place]
        if place in self._open:
            return self._looked_up_later(place)
        self._open.add(place)
        built = self._build(shape)
        self._open.discard(place)
        self._finished[place] = built
        return built

    def _build(self, shape: Shape) -> Any:
        if shape.type == "structure" and not shape.has("document"):
            members = [(name, member, self.closure(member)) for name, member in shape.members.items()]
            return self._fold.structure(shape, members)
        if shape.type == "list":
            return self._fold.list(shape, self.closure(shape.element))
        if shape.type == "map":
            return self._fold.map(shape, self.closure(shape.key), self.closure(shape.value))
        return self._fold.scalar(shape)

    def _looked_up_later(self, place: tuple[str, str]) -> Callable[..., Any]:
        finished = self._finished

        def inner(*given: Any) -> Any:
            return finished[place](*given)

        return inner


_OWN_PARTS = frozenset({"members", "member", "key", "value", "required", "enum", "shape"})
