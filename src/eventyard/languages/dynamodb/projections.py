"""Projection expressions: `a, b.c[0], #d`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from eventyard.languages.dynamodb.checks import projection_tree, require_distinct_paths
from eventyard.languages.dynamodb.context import PLANS_MAX, ExpressionContext, Pairs, Placeholders, parse
from eventyard.languages.dynamodb.paths import Projection
from eventyard.languages.dynamodb.refusals import invalid, invalid_parameters
from eventyard.languages.dynamodb.syntax import BadExpression

_KIND = "ProjectionExpression"


@dataclass(frozen=True, slots=True)
class _Plan:
    projection: Projection
    used: frozenset[str]


def compile_projection(context: ExpressionContext, text: str) -> Projection:
    """The projection of a `ProjectionExpression`. Errors: ValidationException in AWS's words."""
    return context.plan(_plan, _KIND, text).projection


@lru_cache(maxsize=PLANS_MAX)
def _plan(kind: str, text: str, names: Pairs, types: Pairs) -> _Plan:
    placeholders = Placeholders(names, types)
    paths = [placeholders.steps(kind, path.steps) for path in parse(kind, text, projection_tree)]
    try:
        require_distinct_paths(paths)
    except BadExpression as error:
        raise invalid(f"Invalid {kind}: {error}") from None
    return _Plan(Projection(paths), placeholders.used)


def compile_attributes_to_get(names: Iterable[str]) -> Projection:
    """The projection of the older `AttributesToGet`: top-level names. Errors: ValidationException for a name twice."""
    seen: dict[str, None] = {}
    for name in names:
        if name in seen:
            raise invalid_parameters(f"Duplicate value in attribute name: {name}")
        seen[name] = None
    return Projection((name,) for name in seen)
