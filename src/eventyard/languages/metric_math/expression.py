"""`compile_expression(text)`: a metric math expression that has been read, and what it needs to be evaluated.

Compiling refuses what no input could make right: the syntax, functions that do not exist, those that this platform
does not serve, and a SEARCH that is none. Whether operands fit is known only with their values (evaluating.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from eventyard.languages.metric_math.errors import invalid_syntax, unknown_function, unserved_function
from eventyard.languages.metric_math.functions import FUNCTIONS
from eventyard.languages.metric_math.parsing import parse
from eventyard.languages.metric_math.searching.query import Search, compile_search
from eventyard.languages.metric_math.tree import Call, Listed, Negation, Node, Number, Operation, Reference, Text, Word

UNSERVED = frozenset({"ANOMALY_DETECTION_BAND", "DB_PERF_INSIGHTS", "INSIGHT_RULE_METRIC", "LAMBDA", "SERVICE_QUOTA"})
"""Functions that need a trained model, another account's limits, a rule of Contributor Insights or a data source."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that can be evaluated.

    `references`: the ids that it names, in the order of their first appearance. `uses_metrics`: it calls METRICS and so
    needs every metric of the request too. `searches`: each SEARCH, whose series must be read before.
    """

    text: str
    tree: Node
    references: tuple[str, ...]
    uses_metrics: bool
    searches: tuple[Search, ...]


def compile_expression(text: str) -> Expression:
    """Read an expression. Raises MathError."""
    tree = parse(text)
    calls = [node for node in _all(tree) if isinstance(node, Call)]
    for call in calls:
        _judge(call)
    if _has_stray_words(tree):
        raise invalid_syntax()
    return Expression(
        text=text,
        tree=tree,
        references=tuple(dict.fromkeys(node.id for node in _all(tree) if isinstance(node, Reference))),
        uses_metrics=any(call.name == "METRICS" for call in calls),
        searches=tuple(dict.fromkeys(search_of(call) for call in calls if call.name == "SEARCH")),
    )


def search_of(call: Call) -> Search:
    """The search of a call of SEARCH('query', 'statistic'[, period]). Raises MathError."""
    match call.arguments:
        case (Text(query), Text(stat)):
            return compile_search(query, stat=stat)
        case (Text(query), Text(stat), Number(period)) if period.is_integer() and period >= 1:
            return compile_search(query, stat=stat, period_s=int(period))
    raise invalid_syntax()


def _judge(call: Call) -> None:
    if call.name in UNSERVED:
        raise unserved_function(call.name)
    if call.name not in FUNCTIONS and call.name not in ("SEARCH", "METRICS"):
        raise unknown_function(call.name)


def _has_stray_words(tree: Node) -> bool:
    """Whether a word or a text stands where a value has to: anywhere but as an argument of a call."""
    operands = (part for node in _all(tree) if not isinstance(node, Call) for part in _parts(node))
    return any(isinstance(node, Word | Text) for node in (tree, *operands))


def _all(tree: Node) -> Iterator[Node]:
    """Every node, from left to right; a row of operations is as deep as it is long, so there is no recursion."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(_parts(node))


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Negation(operand):
            return (operand,)
        case Operation(_, left, right):
            return left, right
        case Listed(items) | Call(_, items):
            return items
    return ()
