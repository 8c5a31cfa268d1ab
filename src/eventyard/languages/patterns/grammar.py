"""From the text of a pattern to its branches.

A pattern is an object whose leaves are arrays of alternatives. `$or` multiplies: each of its objects, joined with what
stands around it, is a branch, and a pattern matches when one branch does. A branch maps the path of a field (its names
joined by dots) to the field's alternatives; a path that is written twice keeps the later alternatives.

`$or` is only special when it is well formed. If reading it so fails but the pattern is good with `$or` as an ordinary
field name, then that is what it means: patterns from before `$or` existed keep working, in the language of then, which
has no wildcards, prefix lists and suffix lists under `anything-but`. When both fail, the first failure is told.

Source: aws/event-ruler 2.1.0, JsonRuleCompiler, RuleCompiler and GenericMachine.addRule;
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html (1,000 combinations).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from eventyard.languages.patterns.addresses import AddressRange, address_digits
from eventyard.languages.patterns.errors import PatternError
from eventyard.languages.patterns.operators import read_expression
from eventyard.languages.patterns.scan import (
    ARRAY_END,
    ARRAY_START,
    LITERAL,
    NUMBER,
    OBJECT_END,
    OBJECT_START,
    STRING,
    Scanner,
)
from eventyard.languages.patterns.tests import (
    ExactDigits,
    ExactLiteral,
    ExactNumber,
    ExactText,
    InAddressRange,
    ValueTest,
    double_of_digits,
    together,
)

Alternatives: TypeAlias = tuple[ValueTest, ...]
Branch: TypeAlias = Mapping[str, Alternatives]

OR = "$or"
BRANCHES_MAX = 1_000
FIELDS_MAX = 256
# Differs: AWS reads 1,000 levels. No event nests as deep as this here, and no reader of a pattern leaves the stack.
LEVELS_MAX = 200
_LITERALS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
_RESERVED_OPERATORS = (
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
)
_RESERVED_FOR_LATER = (
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "ip-address-in-range",
    "ip-address-not-in-range",
)
_RESERVED_FOR_DATES = ("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range")
_RESERVED_IN_OR = frozenset(
    (*_RESERVED_OPERATORS, "cidr", "=", "<", "<=", ">", ">=", *_RESERVED_FOR_LATER, *_RESERVED_FOR_DATES)
)


def parse_pattern(text: str) -> tuple[Branch, ...]:
    """The branches of the pattern, at least one. Errors: `PatternError`, in EventBridge's words."""
    try:
        return _Reader(Scanner(text), is_or_special=True).read()
    except PatternError as error:
        if not error.has_place or OR not in text:
            raise
        refusal = error
    try:
        return _Reader(Scanner(text), is_or_special=False).read()
    except PatternError:
        raise refusal from None


@dataclass(slots=True)
class _Reader:
    scanner: Scanner
    is_or_special: bool
    _path: list[str] = field(default_factory=list)
    _ors: int = 0

    def read(self) -> tuple[Branch, ...]:
        if self.scanner.next_token() != OBJECT_START:
            raise self.scanner.refuse("Filter is not an object")
        branches = self._read_object([{}], is_in_or=False)
        if any(len(branch) > FIELDS_MAX for branch in branches):
            raise PatternError(f"Size of rule exceeds max value of {FIELDS_MAX}")
        return tuple(branches)

    def _read_object(self, branches: list[dict[str, Alternatives]], *, is_in_or: bool) -> list[dict[str, Alternatives]]:
        """The branches so far, each with the fields of the object whose bracket was just read."""
        is_empty = True
        while self.scanner.next_token() != OBJECT_END:
            is_empty = False
            name = self.scanner.text_of_token()
            if name == OR and self.is_or_special:
                branches = self._read_or(branches)
                continue
            if is_in_or and name in _RESERVED_IN_OR:
                raise self.scanner.refuse(f"{name} is Ruler reserved fieldName which cannot be used inside $or.")
            branches = self._read_field(name, branches, is_in_or=is_in_or)
        if is_empty:
            raise self.scanner.refuse("Empty objects are not allowed")
        return branches

    def _read_field(
        self, name: str, branches: list[dict[str, Alternatives]], *, is_in_or: bool
    ) -> list[dict[str, Alternatives]]:
        token = self.scanner.next_token()
        self._path.append(name)
        self._refuse_too_deep()
        if token == OBJECT_START:
            branches = self._read_object(branches, is_in_or=is_in_or)
        elif token == ARRAY_START:
            alternatives = self._read_alternatives()
            path = _joined(self._path)
            branches = [{**branch, path: alternatives} for branch in branches]
        else:
            raise self.scanner.refuse(f'"{name}" must be an object or an array')
        self._path.pop()
        return branches

    def _refuse_too_deep(self) -> None:
        levels = len(self._path) + self._ors
        if levels > LEVELS_MAX:
            raise self.scanner.refuse(
                f"Document nesting depth ({levels}) exceeds the maximum allowed ({LEVELS_MAX}, "
                "from `StreamReadConstraints.getMaxNestingDepth()`)"
            )

    def _read_or(self, branches: list[dict[str, Alternatives]]) -> list[dict[str, Alternatives]]:
        if self.scanner.next_token() != ARRAY_START:
            raise self.scanner.refuse("It must be an Array followed with $or.")
        joined: list[dict[str, Alternatives]] = []
        objects = 0
        self._ors += 1
        self._refuse_too_deep()
        while (token := self.scanner.next_token()) != ARRAY_END:
            objects += 1
            if token != OBJECT_START:
                raise self.scanner.refuse("Only JSON object is allowed in array of $or relationship.")
            joined += self._read_object(branches, is_in_or=True)
            if len(joined) > BRANCHES_MAX:
                raise PatternError(f"Rule has more than {BRANCHES_MAX} combinations of $or conditions")
        if objects < 2:
            raise self.scanner.refuse("There must have at least 2 Objects in $or relationship.")
        self._ors -= 1
        return joined

    def _read_alternatives(self) -> Alternatives:
        alternatives: list[ValueTest] = []
        while (token := self.scanner.next_token()) != ARRAY_END:
            if token == OBJECT_START:
                alternatives.append(read_expression(self.scanner, is_old=not self.is_or_special))
            elif token == STRING:
                alternatives.append(_equal_to_text(self.scanner.text_of_token()))
            elif token == NUMBER:
                alternatives.append(_equal_to_number(self.scanner.text_of_token()))
            elif token == LITERAL:
                alternatives.append(ExactLiteral(_LITERALS[self.scanner.text_of_token()]))
            else:
                raise self.scanner.refuse("Match value must be String, number, true, false, or null")
        if not alternatives:
            raise self.scanner.refuse("Empty arrays are not allowed")
        return together(alternatives)


def _joined(names: Sequence[str]) -> str:
    """The path of nested names. AWS forgets what stands before the last name when that is nothing but empty text."""
    before = ".".join(names[:-1])
    return f"{before}.{names[-1]}" if before else names[-1]


def _equal_to_text(text: str) -> ValueTest:
    """A text that writes an address means the address, however the event writes it."""
    digits = address_digits(text)
    return ExactText(text) if digits is None else InAddressRange(AddressRange(digits, digits))


def _equal_to_number(digits: str) -> ValueTest:
    number = double_of_digits(digits)
    return ExactDigits(digits) if number is None else ExactNumber(number)
