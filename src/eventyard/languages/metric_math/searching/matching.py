"""`search(query, metrics)`: the metrics that a SEARCH finds.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html (read 2026-11)
Unverified: that a schema with dimensions wants exactly these, as Metrics Insights' SCHEMA says of itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from eventyard.languages.metric_math.searching.query import And, Condition, Not, Or, Schema, Search, Term
from eventyard.languages.metric_math.searching.tokens import Cut
from eventyard.languages.metric_math.values import Metric

FOUND_MAX = 500
"""Time series that one request can give; AWS says `Maximum number of allowed metrics exceeded` in its Messages."""


def search(query: Search, metrics: Iterable[Metric]) -> list[Metric]:
    """The metrics that the query finds, in the order in which they are given; the caller counts them.

    The period in which a metric must have reported, two weeks with AWS, is the caller's too.
    """
    names = _Names()
    return [metric for metric in metrics if _is_found(query, metric, names)]


@dataclass(frozen=True, slots=True)
class _Names:
    """Names that have been cut already: metrics share most of theirs."""

    cuts: dict[str, Cut] = field(default_factory=dict)

    def cut(self, name: str) -> Cut:
        return self.cuts.setdefault(name, Cut(name))


def _is_found(query: Search, metric: Metric, names: _Names) -> bool:
    if query.schema is not None and not _has_schema(query.schema, metric):
        return False
    return query.condition is None or _holds(query.condition, metric, names)


def _has_schema(schema: Schema, metric: Metric) -> bool:
    if schema.namespace != metric.namespace:
        return False
    return not schema.dimensions or schema.dimensions == {name for name, _ in metric.dimensions}


def _holds(condition: Condition, metric: Metric, names: _Names) -> bool:
    match condition:
        case And(operands):
            return all(_holds(operand, metric, names) for operand in operands)
        case Or(operands):
            return any(_holds(operand, metric, names) for operand in operands)
        case Not(operand):
            return not _holds(operand, metric, names)
        case Term(cut, is_exact, property):
            texts = _texts(property, metric)
            if is_exact:
                return cut.text in texts
            return any(cut.is_in(names.cut(text)) for text in texts)


def _texts(property: str, metric: Metric) -> list[str]:
    """What a term is compared with."""
    match property:
        case "":
            texts = [text for dimension in metric.dimensions for text in dimension]
            return [metric.namespace, metric.name, *texts]
        case "Namespace":
            return [metric.namespace]
        case "MetricName":
            return [metric.name]
    return [value for name, value in metric.dimensions if name == property]
