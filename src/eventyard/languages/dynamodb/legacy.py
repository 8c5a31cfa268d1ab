"""The parameters that expressions replaced, compiled to the same things: Expected, filters, KeyConditions, updates.

Source of the messages and their order: architect/dynalite, recorded from AWS; developer guide "Legacy conditional
parameters".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.languages.dynamodb.conditions import Condition, compile_tree
from eventyard.languages.dynamodb.keyconditions import KeyTest
from eventyard.languages.dynamodb.operands import constant
from eventyard.languages.dynamodb.refusals import invalid, invalid_parameters
from eventyard.languages.dynamodb.syntax import And, Between, Call, Comparison, In, Literal, Node, Not, Or, Path
from eventyard.languages.dynamodb.updates import Change, Combine, Update, add_value, delete_members
from eventyard.languages.dynamodb.values import AttributeValue, accept, compare, type_of

_COMPARATORS: Mapping[str, str] = {"EQ": "=", "NE": "<>", "LE": "<=", "LT": "<", "GE": ">=", "GT": ">"}
_COUNTS: Mapping[str, tuple[int, int]] = {"NULL": (0, 0), "NOT_NULL": (0, 0), "BETWEEN": (2, 2), "IN": (1, 100)}
_TYPES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("LE", "LT", "GE", "GT", "IN", "BETWEEN"), ("S", "N", "B")),
    **dict.fromkeys(("CONTAINS", "NOT_CONTAINS"), ("S", "N", "B", "BOOL", "NULL")),
    "BEGINS_WITH": ("S", "B"),
}
_KEY_OPERATORS: Mapping[str, str] = {**_COMPARATORS, "BETWEEN": "BETWEEN", "BEGINS_WITH": "begins_with"}


def compile_expected(expected: Mapping[str, Mapping[str, Any]], operator: str = "AND") -> Condition:
    """The condition of `Expected` under `ConditionalOperator`. Errors: ValidationException in AWS's words."""
    return _compile([_expected_node(name, entry) for name, entry in expected.items()], operator)


def compile_filter(conditions: Mapping[str, Mapping[str, Any]], operator: str = "AND") -> Condition:
    """The condition of `QueryFilter` or `ScanFilter`. Errors: ValidationException in AWS's words."""
    nodes = []
    for name, entry in conditions.items():
        values = _values_of(entry["ComparisonOperator"], entry.get("AttributeValueList") or ())
        nodes.append(_node(name, entry["ComparisonOperator"], values))
    return _compile(nodes, operator)


def parse_key_conditions(conditions: Mapping[str, Mapping[str, Any]]) -> dict[str, KeyTest]:
    """The tests of `KeyConditions`, for `bind_key_condition`. Errors: ValidationException in AWS's words."""
    tests = {}
    for name, entry in conditions.items():
        operator = entry["ComparisonOperator"]
        tests[name] = KeyTest(name, operator, _values_of(operator, entry.get("AttributeValueList") or ()))
    if len(tests) not in (1, 2):
        raise invalid("Conditions can be of length 1 or 2 only")
    for name, test in tests.items():
        if test.operator not in _KEY_OPERATORS or test.operator == "NE":
            raise invalid("Attempted conditional constraint is not an indexable operation")
        tests[name] = KeyTest(name, _KEY_OPERATORS[test.operator], test.values)
    return tests


def compile_attribute_updates(updates: Mapping[str, Mapping[str, Any]]) -> Update:
    """The update of `AttributeUpdates`. Errors: ValidationException in AWS's words."""
    return Update([_change(name, entry) for name, entry in updates.items()], {"ADD": _add, "DELETE": _delete})


def require_operator_use(operator: str | None, conditions: Mapping[str, Any] | None, parameter: str) -> None:
    """Refuse a `ConditionalOperator` with nothing, or only one thing, to join. The words are Unverified."""
    if operator is None:
        return
    if not conditions:
        raise invalid_parameters(f"ConditionalOperator cannot be used without Filter or {parameter}")
    if len(conditions) == 1:
        raise invalid_parameters(
            "ConditionalOperator can only be used when Filter or Expected has two or more elements"
        )


def _compile(nodes: Sequence[Node], operator: str) -> Condition:
    tree = Or(tuple(nodes)) if operator == "OR" and nodes else And(tuple(nodes))
    return compile_tree(tree, "ConditionExpression")


def _expected_node(name: str, entry: Mapping[str, Any]) -> Node:
    given, listed, exists = entry.get("Value"), entry.get("AttributeValueList"), entry.get("Exists")
    operator = entry.get("ComparisonOperator")
    if listed is not None and given is not None:
        raise invalid_parameters(f"Value and AttributeValueList cannot be used together for Attribute: {name}")
    if operator is not None:
        if exists is not None:
            raise invalid_parameters(f"Exists and ComparisonOperator cannot be used together for Attribute: {name}")
        if operator not in ("NULL", "NOT_NULL") and listed is None and given is None:
            raise invalid_parameters(
                f"Value or AttributeValueList must be used with ComparisonOperator: {operator} for Attribute: {name}"
            )
        return _node(name, operator, _values_of(operator, [given] if given is not None else listed or ()))
    if listed is not None:
        raise invalid_parameters(f"AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}")
    if exists is False:
        if given is not None:
            raise invalid_parameters(f"Value cannot be used when Exists is false for Attribute: {name}")
        return _node(name, "NULL", ())
    if given is None:
        shown = "null" if exists is None else "true"
        raise invalid_parameters(f"Value must be provided when Exists is {shown} for Attribute: {name}")
    return _node(name, "EQ", (accept(given),))


def _values_of(operator: str, listed: Sequence[AttributeValue]) -> tuple[AttributeValue, ...]:
    values = tuple(accept(value) for value in listed)
    least, most = _COUNTS.get(operator, (1, 1))
    if not least <= len(values) <= most:
        raise invalid_parameters(f"Invalid number of argument(s) for the {operator} ComparisonOperator")
    kinds = {type_of(value) for value in values}
    if len(kinds) > 1:
        raise invalid_parameters("AttributeValues inside AttributeValueList must be of same type")
    for kind in kinds:
        if kind not in _TYPES.get(operator, (kind,)):
            raise invalid_parameters(f"ComparisonOperator {operator} is not valid for {kind} AttributeValue type")
    if operator == "BETWEEN" and (compare(values[0], values[1]) or 0) > 0:
        raise invalid(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
        )
    return values


def _node(name: str, operator: str, values: Sequence[AttributeValue]) -> Node:
    path = Path((name,))
    literals = tuple(Literal(value) for value in values)
    match operator:
        case "NULL":
            return Call("attribute_not_exists", (path,))
        case "NOT_NULL":
            return Call("attribute_exists", (path,))
        case "CONTAINS" | "BEGINS_WITH":
            return Call(operator.lower(), (path, *literals))
        case "NOT_CONTAINS":
            return And((Call("attribute_exists", (path,)), Not(Call("contains", (path, *literals)))))
        case "BETWEEN":
            return Between(path, *literals)
        case "IN":
            return In(path, literals)
        case _:
            return Comparison(_COMPARATORS[operator], path, literals[0])


def _change(name: str, entry: Mapping[str, Any]) -> Change:
    action, given = entry.get("Action", "PUT"), entry.get("Value")
    if given is None:
        if action != "DELETE":
            raise invalid_parameters("Only DELETE action is allowed when no attribute value is specified")
        return Change("REMOVE", (name,), None)
    value = accept(given)
    kind = type_of(value)
    if action == "DELETE" and kind not in ("SS", "NS", "BS"):
        raise invalid_parameters(f"DELETE action with value is not supported for the type {kind}")
    if action == "ADD" and kind not in ("L", "SS", "NS", "BS", "N"):
        raise invalid_parameters(f"ADD action is not supported for the type {kind}")
    return Change("SET" if action == "PUT" else action, (name,), constant(value))


def _checked(combine: Combine) -> Combine:
    def combined(present: AttributeValue | None, given: AttributeValue) -> AttributeValue | None:
        if present is not None and type_of(given) not in present:
            raise invalid("Type mismatch for attribute to update")
        if present is not None and "L" in given:
            return {"L": [*present["L"], *given["L"]]}
        return combine(present, given)

    return combined


_add = _checked(add_value)
_delete = _checked(delete_members)
