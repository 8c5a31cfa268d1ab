"""From a filter expression's text to its tree.

    expression  = conjunction { OR conjunction }
    conjunction = negation { [AND] negation }          two terms side by side are both wanted: `ok !partial`
    negation    = { NOT | ! } ( "(" expression ")" | term )
    term        = keyword [ operator value ] | annotation | service(...) { … } | edge(...) { … } | rootcause… { … }
                | group.name = "…"                      the group's own expression takes its place

Keywords and operators in letters are the same in upper and lower case, as in AWS's own examples.
"""

import json
from collections.abc import Callable, Mapping

from eventyard.languages.trace_filters.errors import FilterError
from eventyard.languages.trace_filters.lexer import END, JSON, NUMBER, SIGN, STRING, WORD, Token, tokens
from eventyard.languages.trace_filters.syntax import BOOLEAN as BOOLEAN_KIND
from eventyard.languages.trace_filters.syntax import (
    CAUSE,
    CAUSE_ELEMENTS,
    CAUSE_KINDS,
    EDGE,
    EQUALITIES,
    KEYWORDS,
    OPERATORS,
    ORDERINGS,
    SERVICE,
    TEXT_TESTS,
    TRACE,
    All,
    AnnotationTest,
    CauseJsonTest,
    CauseTest,
    EdgeTest,
    Expression,
    Identity,
    Not,
    ServiceTest,
    Some,
    Test,
    Value,
)
from eventyard.languages.trace_filters.syntax import NUMBER as NUMBER_KIND

DEPTH_MAX = 32
"""How deep parentheses, negations, braces and groups may stand in each other."""

GroupExpression = Callable[[str, str], str | None]
"""(`name` or `arn`, its value) to the expression of that group; `None` where there is no such group."""

_ANNOTATION = "annotation."
_JOINTS: Mapping[str, str] = {"and": "and", "&&": "and", "or": "or", "||": "or"}
_IDENTITY_PARTS: Mapping[str, str] = {"name": "name", "type": "type", "account.id": "account"}


class Parser:
    """Reads one expression; `scope` says which keywords may stand here."""

    def __init__(self, text: str, group: GroupExpression, depth: int = 0) -> None:
        self._tokens = tokens(text)
        self._group = group
        self._depth = depth
        self._place = 0
        self._scope = TRACE

    def whole(self) -> Expression:
        """The expression, which has to be all there is. Raises FilterError."""
        parsed = self._expression()
        if self._now.kind != END:
            raise self._unexpected()
        return parsed

    @property
    def _now(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._now
        self._place += 1
        return token

    def _is(self, sign: str) -> bool:
        return self._now.kind == SIGN and self._now.text == sign

    def _take(self, sign: str) -> bool:
        if not self._is(sign):
            return False
        self._place += 1
        return True

    def _want(self, sign: str) -> None:
        if not self._take(sign):
            raise FilterError(f"Expected '{sign}'", self._now.position)

    def _unexpected(self) -> FilterError:
        token = self._now
        what = "end of the expression" if token.kind == END else f"'{token.text}'"
        return FilterError(f"Unexpected {what}", token.position)

    def _joint(self) -> str:
        token = self._now
        return _JOINTS.get(token.text.lower(), "") if token.kind in (WORD, SIGN) else ""

    def _expression(self) -> Expression:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise FilterError("The expression is nested too deeply", self._now.position)
        parts = [self._conjunction()]
        while self._joint() == "or":
            self._place += 1
            parts.append(self._conjunction())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _conjunction(self) -> Expression:
        parts = [self._negation()]
        while True:
            if self._joint() == "and":
                self._place += 1
            elif self._joint() == "or" or not self._starts_term():
                return parts[0] if len(parts) == 1 else All(tuple(parts))
            parts.append(self._negation())

    def _starts_term(self) -> bool:
        return self._now.kind == WORD or self._is("!") or self._is("(")

    def _negation(self) -> Expression:
        is_negated = False
        while self._is("!") or (self._now.kind == WORD and self._now.text.lower() == "not"):
            self._place += 1
            is_negated = not is_negated
        if self._take("("):
            inner = self._expression()
            self._want(")")
        else:
            inner = self._term()
        return Not(inner) if is_negated else inner

    def _term(self) -> Expression:
        if self._now.kind != WORD:
            raise self._unexpected()
        token = self._next()
        word = token.text.lower()
        if word == "annotation" or word.startswith(_ANNOTATION):
            return self._annotation(token)
        if word.startswith("rootcause."):
            return self._cause(token, word)
        if word in ("service", "edge"):
            return self._of_graph(token, word)
        if word in ("group.name", "group.arn"):
            return self._of_group(token, word)
        if word == "json":
            return self._cause_json(token, "")
        return self._simple(token, word)

    def _simple(self, token: Token, word: str) -> Expression:
        if word not in KEYWORDS:
            raise FilterError(f"Unknown keyword '{token.text}'", token.position)
        kind, scopes = KEYWORDS[word]
        if self._scope not in scopes:
            raise FilterError(f"Keyword '{token.text}' is not allowed here", token.position)
        operator = self._operator()
        if not operator:
            return Test(word)
        if operator not in OPERATORS[kind]:
            raise FilterError(f"Operator '{operator.upper()}' does not fit keyword '{token.text}'", token.position)
        return Test(word, operator, self._value_of(kind))

    def _operator(self) -> str:
        token = self._now
        text = token.text.lower()
        known = (token.kind == SIGN and text in EQUALITIES | ORDERINGS) or (token.kind == WORD and text in TEXT_TESTS)
        if known:
            self._place += 1
        return text if known else ""

    def _value(self) -> Value:
        token = self._next()
        if token.kind == NUMBER:
            return float(token.text)
        if token.kind == STRING:
            return token.text
        if token.kind == WORD:
            return {"true": True, "false": False}.get(token.text.lower(), token.text)
        self._place -= 1
        raise FilterError("Expected a value", token.position)

    def _value_of(self, kind: str) -> Value:
        position = self._now.position
        value = self._value()
        if kind == BOOLEAN_KIND:
            value = {"true": True, "false": False}.get(str(value).lower(), value)
            if not isinstance(value, bool):
                raise FilterError("Expected true or false", position)
        elif kind == NUMBER_KIND:
            if not isinstance(value, float):
                raise FilterError("Expected a number", position)
        elif not isinstance(value, str):
            raise FilterError("Expected a string", position)
        return value

    def _annotation(self, token: Token) -> Expression:
        if self._scope != TRACE:
            raise FilterError("Keyword 'annotation' is not allowed here", token.position)
        key = token.text[len(_ANNOTATION) :]
        if not key:
            self._want("[")
            given = self._next()
            if given.kind not in (WORD, STRING, NUMBER):
                raise FilterError("Expected an annotation's key", given.position)
            key = given.text
            self._want("]")
        operator = self._operator()
        if not operator:
            return AnnotationTest(key)
        position = self._now.position
        value = self._value()
        if operator in ORDERINGS and not isinstance(value, float):
            raise FilterError("Expected a number", position)
        if operator in TEXT_TESTS and not isinstance(value, str):
            raise FilterError("Expected a string", position)
        return AnnotationTest(key, operator, value)

    def _of_graph(self, token: Token, word: str) -> Expression:
        if self._scope != TRACE:
            raise FilterError(f"Keyword '{token.text}' is not allowed here", token.position)
        self._want("(")
        if word == "service":
            identity = self._identity()
            self._want(")")
            return ServiceTest(identity, self._braces(SERVICE))
        source = self._identity()
        self._want(",")
        destination = self._identity()
        self._want(")")
        return EdgeTest(source, destination, self._braces(EDGE))

    def _identity(self) -> Identity:
        token = self._now
        if token.kind == STRING:
            return Identity(name=self._next().text)
        if token.kind != WORD:
            return Identity()
        self._place += 1
        if token.text.lower() != "id" or not self._take("("):
            raise FilterError("Expected a name in quotes or id(...)", token.position)
        parts: dict[str, str] = {}
        while not self._take(")"):
            if parts:
                self._want(",")
            name = self._next()
            part = _IDENTITY_PARTS.get(name.text.lower())
            if part is None or part in parts:
                raise FilterError("Expected name, type or account.id, each once", name.position)
            if not self._take("="):
                self._want(":")
            value = self._next()
            if value.kind not in (STRING, NUMBER):
                raise FilterError("Expected a string", value.position)
            parts[part] = value.text
        return Identity(**parts)

    def _braces(self, scope: str) -> Expression | None:
        if not self._take("{"):
            return None
        if self._take("}"):
            return None
        outer, self._scope = self._scope, scope
        inner = self._expression()
        self._scope = outer
        self._want("}")
        return inner

    def _cause(self, token: Token, word: str) -> Expression:
        if self._scope != TRACE:
            raise FilterError(f"Keyword '{token.text}' is not allowed here", token.position)
        parts = word.split(".")[1:]
        if parts[-1] == "json" and (len(parts) == 1 or (len(parts) == 2 and parts[0] in CAUSE_KINDS)):
            return self._cause_json(token, parts[0] if len(parts) == 2 else "")
        if len(parts) != 2 or parts[0] not in CAUSE_KINDS or parts[1] not in CAUSE_ELEMENTS:
            raise FilterError(f"Unknown keyword '{token.text}'", token.position)
        return CauseTest(parts[0], parts[1], self._braces(CAUSE))

    def _cause_json(self, token: Token, kind: str) -> Expression:
        if self._scope != TRACE:
            raise FilterError(f"Keyword '{token.text}' is not allowed here", token.position)
        operator = self._operator()
        if operator not in EQUALITIES:
            raise FilterError("Expected '=' or '!='", self._now.position)
        if self._now.kind != JSON:
            raise FilterError("Expected JSON after '#'", self._now.position)
        return CauseJsonTest(kind, json.loads(self._next().text), operator == "!=")

    def _of_group(self, token: Token, word: str) -> Expression:
        if self._scope != TRACE:
            raise FilterError(f"Keyword '{token.text}' is not allowed here", token.position)
        operator = self._operator()
        if operator not in EQUALITIES:
            raise FilterError("Expected '=' or '!='", self._now.position)
        position = self._now.position
        value = self._value()
        text = self._group(word.removeprefix("group."), str(value))
        if text is None:
            raise FilterError(f"Group '{value}' not found", position)
        inner = Parser(text, self._group, self._depth).whole() if text.strip() else All(())
        return Not(inner) if operator == "!=" else inner
