"""Projection expressions: `a, b.c[0], #d`."""

from collections.abc import Iterable

from eventyard.languages.dynamodb.checks import projection_tree, require_distinct_paths
from eventyard.languages.dynamodb.context import ExpressionContext
from eventyard.languages.dynamodb.paths import Projection
from eventyard.languages.dynamodb.refusals import invalid, invalid_parameters
from eventyard.languages.dynamodb.syntax import BadExpression

_KIND = "ProjectionExpression"


def compile_projection(context: ExpressionContext, text: str) -> Projection:
    """The projection of a `ProjectionExpression`. Errors: ValidationException in AWS's words."""
    paths = [context.steps(_KIND, path.steps) for path in context.parse(_KIND, text, projection_tree)]
    try:
        require_distinct_paths(paths)
    except BadExpression as error:
        raise invalid(f"Invalid {_KIND}: {error}") from None
    return Projection(paths)


def compile_attributes_to_get(names: Iterable[str]) -> Projection:
    """The projection of the older `AttributesToGet`: top-level names. Errors: ValidationException for a name twice."""
    seen: dict[str, None] = {}
    for name in names:
        if name in seen:
            raise invalid_parameters(f"Duplicate value in attribute name: {name}")
        seen[name] = None
    return Projection((name,) for name in seen)
