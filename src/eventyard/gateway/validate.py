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
# S3 has words of its own for each member; its operations say them.
_SILENT: Final = frozenset({"s3"})


def validator(operation: OperationModel) -> Validator:
    """The check of an operation's parameters; it raises AwsError when they break the model's limits."""
    shape = operation.input
    service = operation.service.name
    if shape is None or service in _SILENT:
        return lambda params: None
    if service == "sqs":
        return _sqs_validator(operation.service.speaking("query").operation(operation.name).input or shape)
    check = walk(shape, _Compiler())
    if check is _nothing:
        return lambda params: None
    code = _STYLES.get(service, "ValidationException")

    def validate(params: Mapping[str, Any]) -> None:
        problems: list[str] = []
        check(params, (), problems)
        if problems:
            raise AwsError(code, message(problems))

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
        parts = (f"{_small(name)}={shown(value.get(name), member)}" for name, member in shape.members.items())
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


def _nothing(value: Any, path: Path, problems: list[str]) -> None:
    """There is nothing to check."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One constraint: whether a value keeps it, and AWS's words for it."""

    is_kept: Callable[[Any], bool]
    words: str


class _Scalar:
    """The rules of a scalar: called for a member of its own, listed by a list or map of such scalars."""

    def __init__(self, shape: Shape, rules: tuple[_Rule, ...]) -> None:
        self._shape = shape
        self.rules = rules

    def __call__(self, value: Any, path: Path, problems: list[str]) -> None:
        for rule in self.rules:
            if not rule.is_kept(value):
                problems.append(_problem(value, path, self._shape, rule.words))

    def keeps_all(self, value: Any) -> bool:
        return value is not None and all(rule.is_kept(value) for rule in self.rules)

    @property
    def words(self) -> str:
        order = sorted(self.rules, key=lambda rule: _ELEMENT_ORDER.index(_kind(rule.words)))
        return ", ".join([*(rule.words for rule in order), _NOT_NULL])


_ELEMENT_ORDER: Final = ("less", "greater", "pattern", "enum")


def _kind(words: str) -> str:
    return next(kind for kind in _ELEMENT_ORDER if kind in words)


class _Compiler:
    """The fold that builds checks: (value, path, problems so far)."""

    def structure(self, shape: Shape, members: Sequence[tuple[str, Shape, Check]]) -> Check:
        required = frozenset(shape.required)
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
        lengths = _Scalar(shape, _length_rules(shape))
        check_elements = _check_scalars(shape, element) if _is_scalar(shape.element) else _check_each(shape, element)

        def check_list(value: Any, path: Path, problems: list[str]) -> None:
            lengths(value, path, problems)
            check_elements(value, path, problems)

        return check_list

    def map(self, shape: Shape, key: Check, value: Check) -> Check:
        lengths = _Scalar(shape, _length_rules(shape))
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
        rules = (*_pattern_rules(shape), *_size_rules(shape), *_enum_rules(shape))
        return _Scalar(shape, rules) if rules else _nothing


def _is_scalar(shape: Shape) -> bool:
    return shape.type not in ("structure", "list", "map")


def _is_there(value: Any) -> bool:
    return value is not None


def _keeper(check: Check) -> Callable[[Any], bool]:
    return check.keeps_all if isinstance(check, _Scalar) else _is_there


def _check_scalars(shape: Shape, element: Check) -> Check:
    keeps = _keeper(element)
    words = element.words if isinstance(element, _Scalar) else _NOT_NULL

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


def _itself(value: Any) -> Any:
    return value


def _at_least(measure: Callable[[Any], Any], least: float) -> Callable[[Any], bool]:
    return lambda value: measure(value) >= least


def _at_most(measure: Callable[[Any], Any], most: float) -> Callable[[Any], bool]:
    return lambda value: measure(value) <= most


def _enum_rules(shape: Shape) -> tuple[_Rule, ...]:
    if not shape.enum:
        return ()
    return (
        _Rule(frozenset(shape.enum).__contains__, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"),
    )


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

    def validate(params: Mapping[str, Any]) -> None:
        for name in required:
            if params.get(name) is None:
                raise _missing(name)
        for name, wire_name, names in entries:
            for position, entry in enumerate(params.get(name) or (), 1):
                for missing in (one for one in names if entry is None or entry.get(one) is None):
                    raise _missing(f"{wire_name}.{position}.{missing}")
        if any(map(_holds_null, params.values())):
            raise AwsError("InvalidParameterValue", "Null values are not allowed in lists and maps.")

    return validate


def _holds_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_null, value.values()))
    return value is None or (isinstance(value, list) and any(map(_holds_null, value)))


def _missing(name: str) -> AwsError:
    return AwsError("MissingParameter", f"The request must contain the parameter {name}.")
