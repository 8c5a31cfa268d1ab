"""`evaluate(expression, inputs, frame)`: what an expression comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eventyard.languages.metric_math.errors import invalid_syntax, unknown_id, unsupported_operands
from eventyard.languages.metric_math.expression import Expression, search_of
from eventyard.languages.metric_math.functions import FUNCTIONS
from eventyard.languages.metric_math.operators import OPERATORS, applied, negated
from eventyard.languages.metric_math.searching.query import Search
from eventyard.languages.metric_math.tree import Call, Listed, Negation, Node, Number, Operation, Reference, Text, Word
from eventyard.languages.metric_math.values import (
    Argument,
    Array,
    Frame,
    Listing,
    Series,
    Settled,
    Value,
    kind_of,
    settle,
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What stands behind the ids.

    `values`: what each id comes to, metrics and other expressions alike. `metric_ids`: which of them are metrics, in
    the request's order; METRICS means these. `found`: the series of each SEARCH, in the order in which it found them.
    """

    values: Mapping[str, Settled]
    metric_ids: tuple[str, ...] = ()
    found: Mapping[Search, Array] = field(default_factory=dict)


def evaluate(expression: Expression, inputs: Inputs, frame: Frame) -> Settled:
    """A scalar, a series or an array of series; AWS takes no scalar as a query's result. Raises MathError.

    Every SEARCH of the expression must be in `inputs.found`.
    """
    evaluation = _Evaluation(inputs, frame)
    value = evaluation.value(expression.tree)
    settled = settle(value)
    if settled is None:
        raise unsupported_operands("[]", [kind_of(value)])
    return settled


@dataclass(frozen=True, slots=True)
class _Evaluation:
    inputs: Inputs
    frame: Frame

    def value(self, node: Node) -> Value:
        match node:
            case Number(value):
                return value
            case Reference(id):
                return self._referenced(id)
            case Negation(operand):
                return self._negated(self.value(operand))
            case Operation():
                return self._row(node)
            case Listed(items):
                return Listing(tuple(self.value(item) for item in items))
            case Call():
                return self._called(node)
        raise invalid_syntax()

    def _referenced(self, id: str) -> Settled:
        if id not in self.inputs.values:
            raise unknown_id(id)
        return self.inputs.values[id]

    def _negated(self, value: Value) -> Settled:
        settled = settle(value)
        if settled is None:
            raise unsupported_operands("-", [kind_of(value)])
        return negated(settled)

    def _row(self, last: Operation) -> Settled:
        """`a + b - c`, which leans to the left as deep as it is long: walked, for the stack's sake."""
        row, first = [last], last.left
        while isinstance(first, Operation):
            row.append(first)
            first = first.left
        value = self.value(first)
        for operation in reversed(row):
            value = self._combined(operation.operator, value, self.value(operation.right))
        assert not isinstance(value, Listing), "a row has an operation"
        return value

    def _combined(self, operator: str, left: Value, right: Value) -> Settled:
        settled_left, settled_right = settle(left), settle(right)
        result = None
        if settled_left is not None and settled_right is not None:
            result = applied(OPERATORS[operator], settled_left, settled_right)
        if result is None:
            raise unsupported_operands(operator, [kind_of(left), kind_of(right)])
        return result

    def _called(self, call: Call) -> Settled:
        if call.name == "SEARCH":
            return self.inputs.found[search_of(call)]
        arguments = tuple(self._argument(node) for node in call.arguments)
        result = self._result(call.name, arguments)
        if result is None:
            raise unsupported_operands(call.name, [kind_of(argument) for argument in arguments])
        return result

    def _result(self, name: str, arguments: tuple[Argument, ...]) -> Settled | None:
        if name == "METRICS":
            return self._metrics(arguments)
        return FUNCTIONS[name](self.frame, tuple(_settled_or_as_it_is(argument) for argument in arguments))

    def _argument(self, node: Node) -> Argument:
        match node:
            case Word(name):
                return name
            case Text(value):
                return value
        return self.value(node)

    def _metrics(self, arguments: tuple[Argument, ...]) -> Array | None:
        """Every metric of the request, or those whose id contains a text."""
        match arguments:
            case ():
                part = ""
            case (str() as part,):
                pass
            case _:
                return None
        chosen = (self.inputs.values[id] for id in self.inputs.metric_ids if part in id)
        return tuple(value for value in chosen if isinstance(value, Series))


def _settled_or_as_it_is(argument: Argument) -> Argument:
    if isinstance(argument, str):
        return argument
    settled = settle(argument)
    return argument if settled is None else settled
