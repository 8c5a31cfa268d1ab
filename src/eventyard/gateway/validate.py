"""The models' own limits, in AWS's words: required, length, range, pattern, enum, compiled once an operation.

A problem reads `Value 'x' at 'entries.1.member.source' failed to satisfy constraint: Member must …`; all of a request's
problems stand in one message. Members are shown with a small first letter, list elements by position from 1, sensitive
values not at all. A list or map of scalars is one problem however many elements are wrong, and names all the element's
constraints, as AWS does. Values are shown as Java prints them, since that is what AWS shows.

Unknown members are ignored, types were judged by the reader. Nulls in lists and maps end here: no AWS shape allows
them. Which error carries the message differs (`_STYLES`); SQS has words of its own, one missing parameter at a time.

Sources: messages recorded from DynamoDB, Lambda, CloudFormation, Cognito and EventBridge in public issues and test
suites (pattern before length, `Member must satisfy constraint: [max, min, pattern, Member must not be null]`).
The order of several problems on one member varies between AWS's services; this is DynamoDB's. Unverified for others.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eventyard.base.errors import AwsError
from eventyard.gateway.java_patterns import compile_pattern
from eventyard.gateway.models import OperationModel, Shape
from eventyard.gateway.protocol.walk import walk

Path = tuple[str, ...]
Check = Callable[[Any, Path, list[str]], None]
Validator = Callable[[Mapping[str, Any]], None]

_NOT_NULL: Final = "Member must not be null"
_PROBLEMS_MAX: Final = 100
_SHOWN_MAX: Final = 8_192

# The error that carries the message: by service, else by whether the service speaks `query`.
_STYLES: Final[Mapping[str, str]] = {
    "logs": "InvalidParameterException",
    "cloudformation": "ValidationError",
    "sns": "ValidationError",
    "iam": "ValidationError",
    "sts": "ValidationError",
    "ses": "ValidationError",
}
# Enums that the service judges itself, in words of its own, by service and shape.
_JUDGED_BY_SERVICE: Final = frozenset({("lambda", "Runtime")})
# Members that AWS's servers know and its published models do not: they too stand in a printed structure.
# Source: PutEvents recorded by localstack/localstack, 2024-06-19 and 2024-12-06.
_INTERNAL_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "PutEventsRequestEntry": ("kmsKeyIdentifier", "internalMetadata"),
}
# Structures that AWS prints in another order than that of its published model.
# Source: PutMetricFilter recorded by localstack/localstack, 2026-02-05.
_PRINTED_ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "MetricTransformation": ("metricName", "metricNamespace", "metricValue", "defaultValue", "unit", "dimensions"),
}
# CloudWatch Logs has words of its own for long names, and says them first.
# Source: CreateLogGroup and DeleteMetricFilter recorded by localstack/localstack, 2026-02.
_LOGS_NAMES: Final = ("logGroupName", "logStreamName")
_LOGS_NAME_MAX: Final = 512
# S3 has words of its own for each member; its operations say them.
_SILENT: Final = frozenset({"s3"})

# Operations that judge all of their members themselves, in words of their own.
_SELF_JUDGED: Final[Mapping[str, frozenset[str]]] = {
    "cloudwatch": frozenset(
        {
            *("PutMetricData", "GetMetricStatistics", "GetMetricData", "ListMetrics"),
            *("PutDashboard", "GetDashboard", "ListDashboards", "DeleteDashboards"),
        }
    ),
}

# What DynamoDB does otherwise: the order of an enum's values, and operations that show no value but the member's own
# name, tell one problem only, or judge themselves. Sources: architect/dynalite; nubo-db/dynamodb-conformance, 2026.
_DYNAMODB_ENUMS: Final[Mapping[str, tuple[str, ...]]] = {
    "Select": ("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
    "ReturnValue": ("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"),
    "ScalarAttributeType": ("B", "N", "S"),
    "ConditionalOperator": ("OR", "AND"),
    "ComparisonOperator": (
        *("IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT"),
        *("NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS"),
    ),
}
# And EventBridge, Step Functions, CloudWatch. Sources: CreateApiDestination (2024-12-06), ListExecutions (2024-03-14)
# and SetAlarmState (2023-11-24), recorded by localstack/localstack.
_OTHER_ENUMS: Final[Mapping[str, tuple[str, ...]]] = {
    "ExecutionStatus": ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"),
    "ApiDestinationHttpMethod": ("HEAD", "POST", "PATCH", "DELETE", "PUT", "GET", "OPTIONS"),
    "StateValue": ("INSUFFICIENT_DATA", "ALARM", "OK"),
}
_DYNAMODB_SELF_JUDGED: Final = frozenset({"BatchGetRequestMap", "BatchWriteItemRequestMap"})
_DYNAMODB_UNSHOWN: Final = frozenset({("Query", "PositiveIntegerObject"), ("BatchGetItem", "KeyList")})
_DYNAMODB_ONE_PROBLEM: Final = frozenset({"UpdateItem"})
_DYNAMODB_LAST_FIRST: Final = frozenset({"ProvisionedThroughput"})
_DYNAMODB_NAMED_FIRST: Final = frozenset({"CreateTable", "DescribeTable", "UpdateTable", "DeleteTable"})


def _refuse_gaps(params: Mapping[str, Any]) -> None:
    """What no operation wants to judge itself: nothing at all as a member of a list. Raises ValidationError."""
    if _has_gap(params):
        problem = "Value null at a member of a list failed to satisfy constraint: Member must not be null"
        raise AwsError("ValidationError", f"1 validation error detected: {problem}")


def _has_gap(value: Any) -> bool:
    if type(value) is dict:
        return any(_has_gap(member) for member in value.values() if type(member) in (dict, list))
    return type(value) is list and any(member is None or _has_gap(member) for member in value)


def validator(operation: OperationModel) -> Validator:
    """The check of an operation's parameters; it raises AwsError when they break the model's limits."""
    shape = operation.input
    service = operation.service.name
    if shape is None or service in _SILENT:
        return lambda params: None
    if operation.name in _SELF_JUDGED.get(service, ()):
        return _refuse_gaps
    if service == "sqs":
        return _sqs_validator(operation.service.speaking("query").operation(operation.name).input or shape)
    check = walk(shape, _Compiler(service, operation.name if service == "dynamodb" else ""))
    if check is _nothing:
        return lambda params: None
    code = _STYLES.get(service, "ValidationException")
    is_dynamodb = service == "dynamodb"
    problems_told = 1 if is_dynamodb and operation.name in _DYNAMODB_ONE_PROBLEM else _PROBLEMS_MAX
    is_named_first = is_dynamodb and operation.name in _DYNAMODB_NAMED_FIRST

    def validate(params: Mapping[str, Any]) -> None:
        if is_named_first and params.get("TableName") is None:
            raise AwsError(code, "The parameter 'TableName' is required but was not present in the request")
        if service == "logs" and any(len(params.get(name) or "") > _LOGS_NAME_MAX for name in _LOGS_NAMES):
            words = "Invalid LogGroup or LogStream, both must have length less than or equal to"
            raise AwsError(code, f"{words} {_LOGS_NAME_MAX}.")
        problems: list[str] = []
        check(params, (), problems)
        if problems:
            raise AwsError(code, message(problems[:problems_told]))

    return validate


def message(problems: Sequence[str]) -> str:
    """All problems in one text."""
    count = len(problems)
    errors = "validation error" if count == 1 else "validation errors"
    return f"{count} {errors} detected: {'; '.join(problems)}"


def shown(value: Any, shape: Shape) -> str:
    """A value as AWS's messages show it: as Java prints it, absent members as null."""
    if value is None:
        return "null"
    if shape.type == "structure" and isinstance(value, Mapping):
        members = shape.members
        order = _PRINTED_ORDERS.get(shape.name, tuple(members))
        parts = [f"{_small(name)}={shown(value.get(name), members[name])}" for name in order]
        parts += [f"{name}=null" for name in _INTERNAL_MEMBERS.get(shape.name, ())]
        return f"{shape.name}({', '.join(parts)})"
    if shape.type == "list" and isinstance(value, list):
        return f"[{', '.join(shown(item, shape.element) for item in value)}]"
    if shape.type == "map" and isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}={shown(item, shape.value)}' for key, item in value.items())}}}"
    if shape.type == "boolean":
        return "true" if value else "false"
    if shape.type == "blob":
        return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
    return str(value)


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _problem(value: Any, path: Path, shape: Shape, words: str) -> str:
    where = f"at '{'.'.join(path)}' failed to satisfy constraint: {words}"
    if value is None:
        return f"Value null {where}"
    if shape.has("sensitive"):
        return f"Value {where}"
    return f"Value '{shown(value, shape)[:_SHOWN_MAX]}' {where}"


def _named(path: Path) -> str:
    """A path whose members have their own names; what lies between is a map's key or an element's place."""
    first, *between = path
    return ".".join((_large(first), *between[:-1], *map(_large, between[-1:])))


def _large(name: str) -> str:
    return name[:1].upper() + name[1:]


def _nothing(value: Any, path: Path, problems: list[str]) -> None:
    """There is nothing to check."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One constraint: whether a value keeps it, and AWS's words for it."""

    is_kept: Callable[[Any], bool]
    words: str


class _Scalar:
    """The rules of a scalar: called for a member of its own, listed by a list or map of such scalars."""

    def __init__(self, shape: Shape, rules: tuple[_Rule, ...], *, is_shown: bool = True) -> None:
        self._shape = shape
        self.rules = rules
        self._is_shown = is_shown

    def __call__(self, value: Any, path: Path, problems: list[str]) -> None:
        for rule in self.rules:
            if rule.is_kept(value):
                continue
            if self._is_shown:
                problems.append(_problem(value, path, self._shape, rule.words))
            else:
                problems.append(f"Value at '{_named(path)}' failed to satisfy constraint: {rule.words}")

    def keeps_all(self, value: Any) -> bool:
        return value is not None and all(rule.is_kept(value) for rule in self.rules)

    @property
    def words(self) -> str:
        return f"{self.own_words}, {_NOT_NULL}"

    @property
    def own_words(self) -> str:
        """All rules, without that of being there."""
        words = (rule.words for rule in self.rules)
        return ", ".join(sorted(words, key=lambda told: _ELEMENT_ORDER.index(_kind(told))))


class _List:
    """The rules of a list: its length, which a map of lists tells as its own, and its elements."""

    def __init__(self, lengths: _Scalar, check_elements: Check) -> None:
        self.lengths = lengths
        self.check_elements = check_elements

    def __call__(self, value: Any, path: Path, problems: list[str]) -> None:
        self.lengths(value, path, problems)
        self.check_elements(value, path, problems)


_ELEMENT_ORDER: Final = ("less", "greater", "pattern", "enum")


def _kind(words: str) -> str:
    return next(kind for kind in _ELEMENT_ORDER if kind in words)


class _Compiler:
    """The fold that builds checks: (value, path, problems so far). `operation` is named for DynamoDB only."""

    def __init__(self, service: str, operation: str) -> None:
        self._service = service
        self._operation = operation

    def structure(self, shape: Shape, members: Sequence[tuple[str, Shape, Check]]) -> Check:
        required = frozenset(shape.required)
        if self._operation and shape.name in _DYNAMODB_LAST_FIRST:
            members = members[::-1]
        parts = [
            (name, _small(name), name in required, check, member)
            for name, member, check in members
            if name in required or check is not _nothing
        ]
        if not parts:
            return _nothing

        def check_structure(value: Any, path: Path, problems: list[str]) -> None:
            for name, label, is_required, check, member in parts:
                part = value.get(name)
                if part is not None:
                    check(part, (*path, label), problems)
                elif is_required:
                    problems.append(_problem(None, (*path, label), member, _NOT_NULL))

        return check_structure

    def list(self, shape: Shape, element: Check) -> Check:
        lengths = _Scalar(shape, _length_rules(shape), is_shown=self._is_shown(shape))
        is_quiet = self._service == "cloudwatch"  # captured without the words on nulls, 2026-09 (radkawar/stackd)
        is_scalar = _is_scalar(shape.element)
        check_elements = _check_scalars(shape, element, is_quiet) if is_scalar else _check_each(shape, element)
        return _List(lengths, check_elements)

    def map(self, shape: Shape, key: Check, value: Check) -> Check:
        is_self_judged = bool(self._operation) and shape.name in _DYNAMODB_SELF_JUDGED
        lengths = _Scalar(shape, () if is_self_judged else _length_rules(shape))
        is_scalar = _is_scalar(shape.value)

        def check_map(pairs: Any, path: Path, problems: list[str]) -> None:
            lengths(pairs, path, problems)
            if isinstance(key, _Scalar) and not all(map(key.keeps_all, pairs)):
                problems.append(_problem(pairs, path, shape, f"Map keys must satisfy constraint: [{key.words}]"))
            if not is_scalar:
                _check_values(shape, value, pairs, path, problems)
            elif not all(map(_keeper(value), pairs.values())):
                words = value.words if isinstance(value, _Scalar) else _NOT_NULL
                problems.append(_problem(pairs, path, shape, f"Map value must satisfy constraint: [{words}]"))

        return check_map

    def scalar(self, shape: Shape) -> Check:
        if self._operation in _DYNAMODB_NAMED_FIRST and shape.name == "TableArn":
            return _Scalar(shape, _TABLE_NAME_RULES)
        if (self._service, shape.name) in _JUDGED_BY_SERVICE:
            return _nothing
        enum = (_DYNAMODB_ENUMS if self._operation else _OTHER_ENUMS).get(shape.name, shape.enum)
        rules = (*_pattern_rules(shape), *_size_rules(shape), *_enum_rules(enum))
        return _Scalar(shape, rules, is_shown=self._is_shown(shape)) if rules else _nothing

    def _is_shown(self, shape: Shape) -> bool:
        return (self._operation, shape.name) not in _DYNAMODB_UNSHOWN


def _is_scalar(shape: Shape) -> bool:
    return shape.type not in ("structure", "list", "map")


def _is_there(value: Any) -> bool:
    return value is not None


def _keeper(check: Check) -> Callable[[Any], bool]:
    return check.keeps_all if isinstance(check, _Scalar) else _is_there


def _check_scalars(shape: Shape, element: Check, is_quiet: bool) -> Check:
    keeps = _keeper(element)
    words = element.words if isinstance(element, _Scalar) else _NOT_NULL
    if is_quiet and isinstance(element, _Scalar) and element.own_words:
        words = element.own_words

    def check(value: Any, path: Path, problems: list[str]) -> None:
        if not all(map(keeps, value)):
            problems.append(_problem(value, path, shape, f"Member must satisfy constraint: [{words}]"))

    return check


def _check_each(shape: Shape, element: Check) -> Check:
    inner = shape.element

    def check(value: Any, path: Path, problems: list[str]) -> None:
        for position, item in enumerate(value, 1):
            if len(problems) >= _PROBLEMS_MAX:
                return
            below = (*path, str(position), "member")
            if item is None:
                problems.append(_problem(None, below, inner, _NOT_NULL))
            else:
                element(item, below, problems)

    return check


def _check_values(shape: Shape, check: Check, pairs: Any, path: Path, problems: list[str]) -> None:
    if isinstance(check, _List) and check.lengths.rules:
        if not all(value is None or check.lengths.keeps_all(value) for value in pairs.values()):
            words = f"Map value must satisfy constraint: [{check.lengths.own_words}]"
            problems.append(_problem(pairs, path, shape, words))
        check = check.check_elements
    for name, item in pairs.items():
        if len(problems) >= _PROBLEMS_MAX:
            return
        below = (*path, str(name), "member")
        if item is None:
            problems.append(_problem(None, below, shape.value, _NOT_NULL))
        else:
            check(item, below, problems)


def _length_rules(shape: Shape) -> tuple[_Rule, ...]:
    least, most = shape.traits.get("min"), shape.traits.get("max")
    rules = []
    if least is not None:
        rules.append(_Rule(_at_least(len, least), f"Member must have length greater than or equal to {least}"))
    if most is not None:
        rules.append(_Rule(_at_most(len, most), f"Member must have length less than or equal to {most}"))
    return tuple(rules)


def _size_rules(shape: Shape) -> tuple[_Rule, ...]:
    if shape.type in ("string", "blob"):
        return _length_rules(shape)
    if shape.type not in ("integer", "long", "float", "double"):
        return ()
    least, most = shape.traits.get("min"), shape.traits.get("max")
    rules = []
    if least is not None:
        rules.append(_Rule(_at_least(_itself, least), f"Member must have value greater than or equal to {least}"))
    if most is not None:
        rules.append(_Rule(_at_most(_itself, most), f"Member must have value less than or equal to {most}"))
    return tuple(rules)


_TABLE_NAME_WORDS: Final = "[a-zA-Z0-9_.-]+"
_TABLE_NAME_RULES: Final = (
    _Rule(lambda value: len(value) >= 3, "Member must have length greater than or equal to 3"),
    _Rule(
        lambda value: value.startswith("arn:") or len(value) <= 255, "Member must have length less than or equal to 255"
    ),
    _Rule(
        lambda value: value.startswith("arn:") or re.fullmatch(_TABLE_NAME_WORDS, value, re.ASCII) is not None,
        f"Member must satisfy regular expression pattern: {_TABLE_NAME_WORDS}",
    ),
)
"""Of the operations on tables; the other operations look at the name themselves."""


def _itself(value: Any) -> Any:
    return value


def _at_least(measure: Callable[[Any], Any], least: float) -> Callable[[Any], bool]:
    return lambda value: measure(value) >= least


def _at_most(measure: Callable[[Any], Any], most: float) -> Callable[[Any], bool]:
    return lambda value: measure(value) <= most


def _enum_rules(enum: tuple[str, ...]) -> tuple[_Rule, ...]:
    if not enum:
        return ()
    return (_Rule(frozenset(enum).__contains__, f"Member must satisfy enum value set: [{', '.join(enum)}]"),)


_PATTERN_LENGTH_MAX: Final = 4_096


def _pattern_rules(shape: Shape) -> tuple[_Rule, ...]:
    """The pattern must match the whole value. One far beyond the member's length is not searched: it has its error."""
    pattern = shape.text("pattern")
    if not pattern or shape.type != "string":
        return ()
    matches = compile_pattern(pattern).fullmatch
    most = max(_PATTERN_LENGTH_MAX, 2 * int(shape.traits.get("max") or 0))
    words = f"Member must satisfy regular expression pattern: {pattern}"
    return (_Rule(lambda value: len(value) > most or matches(value) is not None, words),)


def _sqs_validator(shape: Shape) -> Validator:
    """SQS names one missing parameter, as the query protocol calls it, also to clients that speak JSON.

    A batch without its entries is an empty batch, of which the operation has words of its own.
    """
    entries = [
        (name, member.element.text("locationName"), member.element.required)
        for name, member in shape.members.items()
        if member.type == "list" and member.element.type == "structure"
    ]
    required = [name for name in shape.required if name not in {member for member, _, _ in entries}]
    containers = [name for name, member in shape.members.items() if not _is_scalar(member)]

    def validate(params: Mapping[str, Any]) -> None:
        for name in required:
            if params.get(name) is None:
                raise _missing(name)
        for name, wire_name, names in entries:
            for position, entry in enumerate(params.get(name) or (), 1):
                for missing in (one for one in names if entry is None or entry.get(one) is None):
                    raise _missing(f"{wire_name}.{position}.{missing}")
        for name in containers:
            if name in params and _holds_null(params[name]):
                raise AwsError("InvalidParameterValue", "Null values are not allowed in lists and maps.")

    return validate


def _holds_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_null, value.values()))
    return value is None or (isinstance(value, list) and any(map(_holds_null, value)))


def _missing(name: str) -> AwsError:
    return AwsError("MissingParameter", f"The request must contain the parameter {name}.")
