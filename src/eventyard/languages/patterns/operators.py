"""Read one match expression, such as `{"prefix": "a"}`, from where the scanner stands.

The scanner has just answered the opening bracket; when these functions return, it has answered the closing one.
Refusals are AWS's, word for word, down to where it says "numeric" of expressions that are not: whoever looks one up
must find it. Source: TestEventPattern as recorded on 2024-12-05; aws/event-ruler 2.1.0, JsonRuleCompiler.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from eventyard.languages.patterns.addresses import AddressSyntaxError, parse_range
from eventyard.languages.patterns.errors import PatternError
from eventyard.languages.patterns.ignore_case import caseless
from eventyard.languages.patterns.scan import (
    ARRAY_END,
    ARRAY_START,
    LITERAL,
    NAME,
    NUMBER,
    OBJECT_END,
    OBJECT_START,
    STRING,
    Scanner,
)
from eventyard.languages.patterns.tests import (
    Absent,
    AnythingBut,
    EqualsIgnoreCase,
    ExactNumber,
    ExactText,
    Exists,
    InAddressRange,
    InNumericRange,
    MatchesWildcard,
    Prefix,
    PrefixIgnoreCase,
    Suffix,
    SuffixIgnoreCase,
    ValueTest,
    double_of_digits,
)
from eventyard.languages.patterns.wildcard import WildcardSyntaxError, parse_wildcard

_ONE_KEY = "Only one key allowed in match expression"
_TOO_MANY = "Too many elements in numeric expression"
_NUMBER_OPERATORS = MappingProxyType({"=": "equals", ">=": ">=", ">": ">", "<=": "<=", "<": "<"})


def read_expression(scanner: Scanner, *, is_old: bool = False) -> ValueTest:
    """The test that the match expression at the scanner stands for; `is_old`: in the language before `$or`.

    Errors: `PatternError`.
    """
    if scanner.next_token() != NAME:
        raise scanner.refuse("Match expression name not found")
    name = scanner.text_of_token()
    read = (_OLD_OPERATORS if is_old else _OPERATORS).get(name)
    if read is None:
        raise scanner.refuse(f"Unrecognized match type {name}")
    return read(scanner)


def _close(scanner: Scanner, complaint: str = _ONE_KEY) -> None:
    if scanner.next_token() != OBJECT_END:
        raise scanner.refuse(complaint)


def _read_text(scanner: Scanner, complaint: str) -> str:
    if scanner.next_token() != STRING:
        raise scanner.refuse(complaint)
    return scanner.text_of_token()


def _exactly(scanner: Scanner) -> ValueTest:
    text = _read_text(scanner, "exact match pattern must be a string")
    _close(scanner)
    return ExactText(text)


def _equals_ignore_case(scanner: Scanner) -> ValueTest:
    text = _read_text(scanner, "equals-ignore-case match pattern must be a string")
    _close(scanner)
    return EqualsIgnoreCase(caseless(text))


def _prefix(scanner: Scanner) -> ValueTest:
    token = scanner.next_token()
    if token == OBJECT_START:
        return PrefixIgnoreCase(caseless(_nested_ignore_case(scanner, "prefix")))
    if token != STRING:
        raise scanner.refuse("prefix match pattern must be a string")
    text = scanner.text_of_token()
    _close(scanner)
    return Prefix(text)


def _suffix(scanner: Scanner) -> ValueTest:
    token = scanner.next_token()
    if token == OBJECT_START:
        return SuffixIgnoreCase(caseless(_nested_ignore_case(scanner, "suffix")))
    if token != STRING:
        raise scanner.refuse("suffix match pattern must be a string")
    text = scanner.text_of_token()
    _close(scanner)
    return Suffix(text)


def _nested_ignore_case(scanner: Scanner, outer: str) -> str:
    if scanner.next_token() != NAME:
        raise scanner.refuse(f"{outer.capitalize()} expression name not found")
    inner = scanner.text_of_token()
    if inner != "equals-ignore-case":
        raise scanner.refuse(f"Unsupported {outer} pattern: {inner}")
    text = _read_text(scanner, "equals-ignore-case match pattern must be a string")
    _close(scanner)
    _close(scanner)
    return text


def _wildcard(scanner: Scanner) -> ValueTest:
    test = _wildcard_test(scanner, _read_text(scanner, "wildcard match pattern must be a string"))
    _close(scanner)
    return test


def _wildcard_test(scanner: Scanner, text: str) -> MatchesWildcard:
    try:
        return MatchesWildcard(parse_wildcard(text))
    except WildcardSyntaxError as error:
        raise scanner.refuse(str(error)) from None


def _cidr(scanner: Scanner) -> ValueTest:
    text = _read_text(scanner, "prefix match pattern must be a string")
    try:
        addresses = parse_range(text)
    except AddressSyntaxError as error:
        raise PatternError(str(error)) from None
    _close(scanner)
    return InAddressRange(addresses)


def _exists(scanner: Scanner) -> ValueTest:
    is_wanted = scanner.next_token() == LITERAL and scanner.text_of_token()
    if is_wanted not in ("true", "false"):
        raise scanner.refuse("exists match pattern must be either true or false.")
    _close(scanner)
    return Exists() if is_wanted == "true" else Absent()


def _numeric(scanner: Scanner) -> ValueTest:
    if scanner.next_token() != ARRAY_START:
        raise scanner.refuse("Value of numeric must be an array.")
    try:
        test = _numeric_terms(scanner)
    except PatternError:
        raise
    except ValueError as error:
        raise scanner.refuse(str(error)) from None
    _close(scanner, _TOO_MANY)
    return test


def _numeric_terms(scanner: Scanner) -> ValueTest:
    if scanner.next_token() != STRING:
        raise scanner.refuse(f"Invalid member in numeric match: {scanner.text_of_token()}")
    operator = scanner.text_of_token()
    token = scanner.next_token()
    if operator not in _NUMBER_OPERATORS:
        raise scanner.refuse(f"Unrecognized numeric range operator: {operator}")
    if token != NUMBER:
        raise scanner.refuse(f"Value of {_NUMBER_OPERATORS[operator]} must be numeric")
    # The number is only judged when the terms are complete: AWS names the place after the closing bracket.
    text = scanner.text_of_token()
    if scanner.next_token() == ARRAY_END:
        return _one_sided(operator, _double(text))
    if operator not in (">", ">="):
        raise scanner.refuse(_TOO_MANY)
    return _two_sided(scanner, text, is_bottom_open=operator == ">")


def _one_sided(operator: str, bound: float) -> ValueTest:
    if operator == "=":
        return ExactNumber(bound)
    if operator in (">", ">="):
        return InNumericRange(bottom=bound, is_bottom_open=operator == ">")
    return InNumericRange(top=bound, is_top_open=operator == "<")


def _two_sided(scanner: Scanner, bottom_text: str, *, is_bottom_open: bool) -> ValueTest:
    if scanner.token != STRING:
        raise scanner.refuse(f"Bad value in numeric range: {scanner.text_of_token()}")
    operator = scanner.text_of_token()
    if operator not in ("<", "<="):
        raise scanner.refuse(f"Bad numeric range operator: {operator}")
    if scanner.next_token() != NUMBER:
        raise scanner.refuse(f"Value of {operator} must be numeric")
    top_text = scanner.text_of_token()
    if scanner.next_token() != ARRAY_END:
        raise scanner.refuse("Too many terms in numeric range expression")
    bottom, top = _double(bottom_text), _double(top_text)
    if bottom >= top:
        raise ValueError("Bottom must be less than top")
    return InNumericRange(bottom, top, is_bottom_open, operator == "<")


def _double(digits: str) -> float:
    """Errors: `ValueError`, in AWS's words, for a number that is not exactly a double."""
    number = double_of_digits(digits)
    if number is None:
        raise ValueError(f"Cannot compare number : {digits}")
    return number


def _anything_but(scanner: Scanner, *, is_old: bool = False) -> ValueTest:
    token = scanner.next_token()
    inner = ""
    if token == OBJECT_START:
        if scanner.next_token() != NAME:
            raise scanner.refuse("Anything-But expression name not found")
        inner = scanner.text_of_token()
        if inner not in _EXCLUSIONS:
            raise scanner.refuse(f"Unsupported anything-but pattern: {inner}")
        token = scanner.next_token()
        if is_old and (inner == "wildcard" or (token == ARRAY_START and inner != "equals-ignore-case")):
            raise scanner.refuse(f"Unsupported anything-but pattern: {inner}")
    if token not in (ARRAY_START, STRING, NUMBER):
        raise scanner.refuse("Value of anything-but must be an array or single string/number value.")
    read_one = _EXCLUSIONS[inner] if inner else _plain_exclusion
    excluded = _excluded_list(scanner, read_one) if token == ARRAY_START else (_excluded_one(scanner, read_one),)
    if inner == "wildcard":
        # Only looked at when the list is complete, and AWS names the place after it.
        excluded = tuple(_wildcard_test(scanner, test.text) for test in excluded if isinstance(test, ExactText))
    if not inner and len({isinstance(test, ExactNumber) for test in excluded}) != 1:
        raise scanner.refuse(
            "Inside anything but list, either all values are number or string, mixed type is not supported"
        )
    _close(scanner, _TOO_MANY)
    if inner:
        _close(scanner, _TOO_MANY)
    if not excluded:
        # AWS's compiler takes the empty list and its matcher then breaks on it.
        raise scanner.refuse("Empty arrays are not allowed")
    return AnythingBut(excluded)


def _excluded_one(scanner: Scanner, read_one: Callable[[Scanner], ValueTest]) -> ValueTest:
    try:
        return read_one(scanner)
    except PatternError:
        raise
    except ValueError as error:
        raise PatternError(str(error)) from None


def _excluded_list(scanner: Scanner, read_one: Callable[[Scanner], ValueTest]) -> tuple[ValueTest, ...]:
    excluded: list[ValueTest] = []
    try:
        while scanner.next_token() != ARRAY_END:
            excluded.append(read_one(scanner))
    except PatternError as error:
        # AWS refuses the refusal once more, which names the place twice.
        raise scanner.refuse(error.reason) from None
    except ValueError as error:
        raise scanner.refuse(str(error)) from None
    return tuple(excluded)


def _plain_exclusion(scanner: Scanner) -> ValueTest:
    if scanner.token == STRING:
        return ExactText(scanner.text_of_token())
    if scanner.token == NUMBER:
        return ExactNumber(_double(scanner.text_of_token()))
    raise scanner.refuse("Inside anything but list, start|null|boolean is not supported.")


def _excluded_case(scanner: Scanner) -> ValueTest:
    if scanner.token != STRING:
        raise scanner.refuse("Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.")
    return EqualsIgnoreCase(caseless(scanner.text_of_token()))


def _excluded_wildcard(scanner: Scanner) -> ValueTest:
    if scanner.token != STRING:
        raise scanner.refuse("wildcard match pattern must be a string")
    return ExactText(scanner.text_of_token())


def _excluded_prefix(scanner: Scanner) -> ValueTest:
    return Prefix(_affix(scanner))


def _excluded_suffix(scanner: Scanner) -> ValueTest:
    return Suffix(_affix(scanner))


def _affix(scanner: Scanner) -> str:
    if scanner.token != STRING:
        raise scanner.refuse("prefix/suffix match pattern must be a string")
    text = scanner.text_of_token()
    if not text:
        raise scanner.refuse("Null prefix/suffix not allowed")
    return text


_EXCLUSIONS: Mapping[str, Callable[[Scanner], ValueTest]] = MappingProxyType(
    {
        "equals-ignore-case": _excluded_case,
        "prefix": _excluded_prefix,
        "suffix": _excluded_suffix,
        "wildcard": _excluded_wildcard,
    }
)

_OPERATORS: Mapping[str, Callable[[Scanner], ValueTest]] = MappingProxyType(
    {
        "exactly": _exactly,
        "prefix": _prefix,
        "suffix": _suffix,
        "numeric": _numeric,
        "anything-but": _anything_but,
        "exists": _exists,
        "cidr": _cidr,
        "equals-ignore-case": _equals_ignore_case,
        "wildcard": _wildcard,
    }
)

_OLD_OPERATORS: Mapping[str, Callable[[Scanner], ValueTest]] = MappingProxyType(
    {**_OPERATORS, "anything-but": partial(_anything_but, is_old=True)}
)
