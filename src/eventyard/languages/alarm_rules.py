"""The rule of a composite alarm: an expression over the states of other alarms.

    rule      := conjunct { OR conjunct }
    conjunct  := factor { AND factor }
    factor    := NOT factor | "(" rule ")" | TRUE | FALSE
               | state "(" alarm ")"
               | AT_LEAST "(" ( count | percent "%" ) "," [ NOT ] state "," "(" alarm { "," alarm } ")" ")"
    state     := ALARM | OK | INSUFFICIENT_DATA
    alarm     := a name or an ARN, bare or in double quotes (a backslash there lets the next character stand for itself)

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html (the language, 100
alarms, 500 elements, 10,240 characters); captures of AWS of 2026-09 (radkawar/stackd, alarm_composites.json) for the
words of refusals and that AND binds closer than OR.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn

CHILDREN_MAX: Final = 100
ELEMENTS_MAX: Final = 500
STATES: Final = ("ALARM", "OK", "INSUFFICIENT_DATA")

_TOKEN = re.compile(r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<mark>[(),])|(?P<word>[^\s(),"]+))', re.DOTALL)
_AMOUNT = re.compile(r"(\d{1,9})(%?)")
_DEPTH_MAX: Final = 100
_STARTS: Final = "'(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA"
_NAMES: Final = (
    "'NOT', 'AND', 'OR', 'AT_LEAST', NUMBER, PERCENTAGE NUMBER, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA, "
    "unquoted alarm name, quoted alarm name"
)

StateOf = Callable[[str], str | None]
"""The state of the alarm that a rule names so; `None` where there is none, which is in no state."""

_Holds = Callable[[StateOf], "Finding"]


class AlarmRuleError(ValueError):
    """The rule is not one; the message is what stands in brackets in AWS's."""


class Finding(NamedTuple):
    """Whether a part of a rule holds, and the alarms that it is because of."""

    is_true: bool
    because_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """A compiled rule. `children` are the alarms as the rule names them, each once, in the order of the text."""

    children: tuple[str, ...]
    _holds: _Holds

    def holds(self, state_of: StateOf) -> bool:
        """Whether the rule is true, and so its alarm in ALARM."""
        return self._holds(state_of).is_true

    def because_of(self, state_of: StateOf) -> frozenset[str]:
        """The alarms that make the rule what it is: of an OR that is true those that are, of one that is not all."""
        return self._holds(state_of).because_of


class _Token(NamedTuple):
    """`kind` is quoted, mark or word; `at` counts characters from 0. The end is a mark without text."""

    kind: str
    text: str
    at: int


def compile_alarm_rule(text: str) -> AlarmRule:
    """The rule of that text. Raises AlarmRuleError."""
    reader = _Reader(_tokens(text))
    holds = reader.rule(0)
    if (left := reader.peek()).text:
        _refuse(left, "<EOF>" if reader.is_last() else "<EOF>, 'AND', 'OR'")
    if reader.elements > ELEMENTS_MAX:
        raise AlarmRuleError(f"The rule has more than {ELEMENTS_MAX} elements")
    if len(reader.children) > CHILDREN_MAX:
        raise AlarmRuleError(f"The rule names more than {CHILDREN_MAX} alarms")
    return AlarmRule(tuple(reader.children), holds)


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while (match := _TOKEN.match(text, at)) is not None:
        kind = match.lastgroup or ""
        tokens.append(_Token(kind, match[kind], match.start(kind)))
        at = match.end()
    if text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        raise AlarmRuleError(f"Unsupported token '{text[at]}' at char {at}")
    return [*tokens, _Token("mark", "", len(text))]


def _refuse(token: _Token, wanted: str) -> NoReturn:
    raise AlarmRuleError(f"Unsupported token '{token.text}' at char {token.at}, must be: {wanted}")


class _Reader:
    """Reads tokens by descent; every method takes what it names off the front."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self.children: dict[str, None] = {}
        self.elements = 0

    def peek(self) -> _Token:
        return self._tokens[self._next]

    def is_last(self) -> bool:
        return self._next >= len(self._tokens) - 2

    def rule(self, depth: int) -> _Holds:
        parts = [self._conjunct(depth)]
        while self._takes_word("OR"):
            parts.append(self._conjunct(depth))
        return _joined(parts, decided_by=True)

    def _conjunct(self, depth: int) -> _Holds:
        parts = [self._factor(depth)]
        while self._takes_word("AND"):
            parts.append(self._factor(depth))
        return _joined(parts, decided_by=False)

    def _factor(self, depth: int) -> _Holds:
        if depth > _DEPTH_MAX:
            raise AlarmRuleError("The rule is nested too deeply")
        token = self._take()
        if token.kind == "mark" and token.text == "(":
            inner = self.rule(depth + 1)
            self._mark(")")
            return inner
        if token.kind != "word":
            _refuse(token, _STARTS)
        self.elements += 1
        if token.text in _CONSTANTS:
            return _CONSTANTS[token.text]
        if token.text == "NOT":
            return _negated(self._factor(depth + 1))
        if token.text == "AT_LEAST":
            return self._at_least()
        if token.text not in STATES:
            _refuse(token, _STARTS)
        self._mark("(")
        child = self._alarm()
        self._mark(")")
        return lambda state_of: Finding(state_of(child) == token.text, frozenset({child}))

    def _at_least(self) -> _Holds:
        self._mark("(")
        amount = self._take()
        match = _AMOUNT.fullmatch(amount.text.strip('"'))
        if match is None:
            _refuse(amount, "NUMBER, PERCENTAGE NUMBER")
        self._mark(",")
        is_negated = self._takes_word("NOT")
        state = self._take()
        if state.text not in STATES:
            _refuse(state, ("" if is_negated else "'NOT', ") + "ALARM, OK, or INSUFFICIENT_DATA")
        self._mark(",")
        alarms = self._alarms()
        self._mark(")")
        number = int(match[1])
        if match[2] and not 1 <= number <= 100:
            raise AlarmRuleError("AT_LEAST percentage threshold must be between 1 and 100")
        if not match[2] and not 1 <= number <= len(alarms):
            raise AlarmRuleError(f"AT_LEAST absolute threshold must be between 1 and number of alarms ({len(alarms)})")
        least = -(-number * len(alarms) // 100) if match[2] else number

        def holds(state_of: StateOf) -> Finding:
            met = [alarm for alarm in alarms if (state_of(alarm) == state.text) is not is_negated]
            return Finding(True, frozenset(met)) if len(met) >= least else Finding(False, frozenset(alarms))

        return holds

    def _alarms(self) -> list[str]:
        self._mark("(")
        alarms = [self._alarm()]
        while self.peek().text == "," and self.peek().kind == "mark":
            self._take()
            alarms.append(self._alarm())
        self._mark(")")
        return alarms

    def _alarm(self) -> str:
        token = self._take()
        if token.kind == "mark":
            after = self.peek()
            both = token._replace(text=token.text + after.text) if after.at == token.at + 1 else token
            _refuse(both, _NAMES)
        name = token.text if token.kind == "word" else re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        self.elements += 1
        self.children[name] = None
        return name

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _takes_word(self, word: str) -> bool:
        token = self.peek()
        if token.kind != "word" or token.text != word:
            return False
        self._take()
        self.elements += 1
        return True

    def _mark(self, mark: str) -> None:
        token = self._take()
        if token.kind != "mark" or token.text != mark:
            _refuse(token, f"'{mark}'")


def _joined(parts: list[_Holds], *, decided_by: bool) -> _Holds:
    """An OR is decided by a part that is true, an AND by one that is not; else all parts made it so."""
    if len(parts) == 1:
        return parts[0]

    def holds(state_of: StateOf) -> Finding:
        found = [part(state_of) for part in parts]
        deciding = [one for one in found if one.is_true is decided_by]
        names = frozenset().union(*(one.because_of for one in deciding or found))
        return Finding(decided_by if deciding else not decided_by, names)

    return holds


def _negated(part: _Holds) -> _Holds:
    def holds(state_of: StateOf) -> Finding:
        found = part(state_of)
        return found._replace(is_true=not found.is_true)

    return holds


def _always(_: StateOf) -> Finding:
    return Finding(True)


def _never(_: StateOf) -> Finding:
    return Finding(False)


_CONSTANTS: Mapping[str, _Holds] = {"TRUE": _always, "FALSE": _never}
