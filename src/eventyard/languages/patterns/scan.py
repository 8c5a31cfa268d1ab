"""Read JSON text token by token, in the order and with the positions of AWS's reader.

AWS names the place where its reader stood when a pattern was refused, so what has been read when matters:

- a field name is reported after the start of its value has been read: past a number, a literal or a bracket, but only
  past the opening quote of a string;
- a string is read to its end when somebody asks for its text, or when the next token is wanted;
- nothing is read after the bracket that closes the document.

Source: aws/event-ruler reads with jackson-core; words and columns as recorded from EventBridge on 2024-11-29 and
2024-12-05, and as jackson-core 2.18 gives them elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from eventyard.languages.patterns.errors import PatternError

OBJECT_START, OBJECT_END, ARRAY_START, ARRAY_END = "{", "}", "[", "]"
NAME, STRING, NUMBER, LITERAL, END_OF_TEXT = "name", "string", "number", "literal", "end"

_BLANK = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[\w$]+")
_LITERAL = re.compile(r"(?:true|false|null)(?=[\x00-/\]}]|$)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_PLAIN_TEXT = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = re.compile(r"[0-9a-fA-F]")
_ESCAPES: Mapping[str, str] = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_QUOTED_MAX = 500
_EXPECTED_VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


@dataclass(slots=True)
class _Container:
    """An open bracket: what it is called in messages, where it stands, and what has been read inside it."""

    kind: str
    start: int
    entries: int = 0

    @property
    def title(self) -> str:
        return "Object" if self.kind == OBJECT_START else "Array"


@dataclass(slots=True)
class Scanner:
    """A position in `text`: `next_token` moves it and answers a kind of token, `text_of_token` gives its text."""

    text: str
    position: int = 0
    token: str = ""
    _open: list[_Container] = field(default_factory=list)
    _token_start: int = 0
    _pending: str | None = None
    _string: str | None = None
    _name: str = ""

    def next_token(self) -> str:
        """The kind of the next token; a field's name and its value are two tokens."""
        self._finish_string()
        if self._pending is not None:
            self.token, self._pending = self._pending, None
            return self._enter(self.token)
        self._skip_blank()
        if not self._open:
            self.token = END_OF_TEXT if self._at_end() else self._enter(self._start_value())
            return self.token
        container = self._open[-1]
        if self._at_end():
            raise self._ended(
                f": expected close marker for {container.title} (start marker at {self.place_of(container.start)})"
            )
        character = self.text[self.position]
        if character in "]}":
            return self._close(container, character)
        if container.entries:
            if character != ",":
                raise self._unexpected(f"was expecting comma to separate {container.title} entries")
            self.position += 1
            self._skip_blank()
        container.entries += 1
        if container.kind == OBJECT_START:
            self._read_name()
            self.token = NAME
            return NAME
        self.token = self._enter(self._start_value())
        return self.token

    def text_of_token(self) -> str:
        """The token as text: a string without quotes and escapes, a bracket as itself, a number as it was written."""
        if self.token == STRING:
            self._finish_string()
            assert self._string is not None
            return self._string
        if self.token == NAME:
            return self._name
        if self.token in (NUMBER, LITERAL):
            return self.text[self._token_start : self.position]
        return self.token

    def refuse(self, reason: str) -> PatternError:
        """The error for a pattern that is wrong where the reader now stands."""
        return PatternError(f"{reason}\n at {self.place_of(self.position)}", has_place=True)

    def place_of(self, position: int) -> str:
        lines = _LINE_END.split(self.text[:position])
        column = _utf16_length(lines[-1]) + 1
        return f"[Source: (String){_quoted(self.text)}; line: {len(lines)}, column: {column}]"

    def _at_end(self) -> bool:
        return self.position >= len(self.text)

    def _skip_blank(self) -> None:
        blank = _BLANK.match(self.text, self.position)
        assert blank is not None
        self.position = blank.end()
        if not self._at_end() and self.text[self.position] < " ":
            code = ord(self.text[self.position])
            raise self.refuse(
                f"Illegal character ((CTRL-CHAR, code {code})): "
                "only regular white space (\\r, \\n, \\t) is allowed between tokens"
            )

    def _enter(self, token: str) -> str:
        if token in (OBJECT_START, ARRAY_START):
            self._open.append(_Container(token, self._token_start))
        return token

    def _close(self, container: _Container, character: str) -> str:
        wanted = OBJECT_END if container.kind == OBJECT_START else ARRAY_END
        if character != wanted:
            beginning = f"{container.title} starting at {self.place_of(container.start)}"
            raise self.refuse(f"Unexpected close marker '{character}': expected '{wanted}' (for {beginning})")
        self._open.pop()
        self.position += 1
        self.token = character
        return character

    def _read_name(self) -> None:
        if self._at_end():
            raise self._ended(" within/between Object entries")
        if self.text[self.position] != '"':
            raise self._unexpected("was expecting double-quote to start field name")
        self._token_start = self.position
        self.position += 1
        self._name = self._read_string(" in field name")
        self._skip_blank()
        if self._at_end():
            raise self._ended(" within/between Object entries")
        if self.text[self.position] != ":":
            raise self._unexpected("was expecting a colon to separate field name and value")
        self.position += 1
        self._skip_blank()
        if self._at_end():
            raise self._ended(" within/between Object entries")
        self._pending = self._start_value()

    def _start_value(self) -> str:
        """Read a value as far as its kind needs, and answer the kind."""
        if self._at_end():
            container = self._open[-1]
            raise self._ended(f" within/between {container.title} entries")
        character = self.text[self.position]
        self._token_start = self.position
        if character in "{[":
            self.position += 1
            return character
        if character == '"':
            self.position += 1
            self._string = None
            return STRING
        if character == "-" or character in "0123456789":
            return self._read_number()
        literal = _LITERAL.match(self.text, self.position)
        if literal is not None:
            self.position = literal.end()
            return LITERAL
        word = _WORD.match(self.text, self.position)
        if word is None:
            raise self._no_value(character)
        self.position = word.end()
        raise self._unknown_word(word.group())

    def _read_number(self) -> str:
        number = _NUMBER.match(self.text, self.position)
        if number is None:
            raise self._no_digit_after_minus()
        written, self.position = number.group(), number.end()
        following = self.text[self.position : self.position + 1]
        if written.lstrip("-") == "0" and following.isdigit():
            raise self.refuse("Invalid numeric value: Leading zeroes not allowed")
        is_whole = "." not in written and "e" not in written.lower()
        if following == "." and is_whole:
            # At the very end of the text there is no next character: AWS then shows the point itself.
            culprit = self.text[self.position + 1 : self.position + 2] or following
            raise self._bad_number("Decimal point not followed by a digit", culprit)
        if following in ("e", "E") and "e" not in written.lower():
            raise self._no_digit_in_exponent(written)
        return NUMBER

    def _no_digit_after_minus(self) -> PatternError:
        self.position += 1
        for word in ("INF", "Infinity"):
            if self.text.startswith(word, self.position):
                self.position += len(word)
                return self._unknown_word(f"-{word}")
        if self._at_end():
            return self._ended("No digit following sign")
        return self._bad_number(
            "expected digit (0-9) to follow minus sign, for valid numeric value", self.text[self.position]
        )

    def _no_digit_in_exponent(self, written: str) -> PatternError:
        after = self.position + 1
        after += self.text[after : after + 1] in ("+", "-")
        if after >= len(self.text):
            return self._ended("expected a digit for number exponent")
        # AWS shows the place after the whole part, except after a zero.
        whole_part = written.partition(".")[0]
        if whole_part.lstrip("-") == "0":
            self.position = after
        else:
            self.position = self._token_start + len(whole_part)
        return self._bad_number("Exponent indicator not followed by a digit", self.text[after])

    def _finish_string(self) -> None:
        if self.token == STRING and self._string is None:
            self._string = self._read_string(": was expecting closing quote for a string value")

    def _read_string(self, where: str) -> str:
        """The text up to the closing quote; the position is past the opening one."""
        parts: list[str] = []
        while True:
            plain = _PLAIN_TEXT.match(self.text, self.position)
            assert plain is not None
            parts.append(plain.group())
            self.position = plain.end()
            if self._at_end():
                raise self._ended(where)
            character = self.text[self.position]
            if character == '"':
                self.position += 1
                return _join_surrogates("".join(parts))
            if character != "\\":
                raise self.refuse(
                    f"Illegal unquoted character ((CTRL-CHAR, code {ord(character)})): "
                    "has to be escaped using backslash to be included in "
                    + ("name" if where.endswith("name") else "string value")
                )
            parts.append(self._read_escape())

    def _read_escape(self) -> str:
        self.position += 1
        if self._at_end():
            raise self._ended(" in character escape sequence")
        character = self.text[self.position]
        if character in _ESCAPES:
            self.position += 1
            return _ESCAPES[character]
        if character != "u":
            raise self.refuse(f"Unrecognized character escape {_shown(character)}")
        for _ in range(4):
            self.position += 1
            if self._at_end():
                raise self._ended(" in character escape sequence")
            if not _HEX.match(self.text, self.position):
                raise self._unexpected("expected a hex-digit for character escape sequence")
        self.position += 1
        return chr(int(self.text[self.position - 4 : self.position], 16))

    def _no_value(self, character: str) -> PatternError:
        if character == "/":
            return self._unexpected(
                "maybe a (non-standard) comment? "
                "(not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)"
            )
        if character == "+":
            self.position += 1
            if self.text.startswith("Infinity", self.position):
                self.position += len("Infinity")
                return self._unknown_word("+Infinity")
            return self._bad_number(
                "JSON spec does not allow numbers to have plus signs: "
                "enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow",
                "+",
            )
        return self._unexpected("expected a value" if character == "}" else f"expected a valid value {_EXPECTED_VALUE}")

    def _unknown_word(self, word: str) -> PatternError:
        if word in ("NaN", "Infinity", "INF", "-INF", "-Infinity", "+Infinity"):
            return self.refuse(
                f"Non-standard token '{word}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
            )
        return self.refuse(f"Unrecognized token '{word}': was expecting {_EXPECTED_VALUE}")

    def _unexpected(self, expectation: str) -> PatternError:
        if self._at_end():
            return self._ended(" in field name" if self._open[-1].kind == OBJECT_START else ": expected a value")
        return self.refuse(f"Unexpected character ({_shown(self.text[self.position])}): {expectation}")

    def _bad_number(self, expectation: str, culprit: str) -> PatternError:
        return self.refuse(f"Unexpected character ({_shown(culprit)}) in numeric value: {expectation}")

    def _ended(self, where: str) -> PatternError:
        self.position = len(self.text)
        return self.refuse(f"Unexpected end-of-input{where}")


def _shown(character: str) -> str:
    code = ord(character)
    if code < 32:
        return f"(CTRL-CHAR, code {code})"
    return f"'{character}' (code {code} / 0x{code:x})" if code > 255 else f"'{character}' (code {code})"


def _quoted(text: str) -> str:
    """The text as AWS quotes it: at most 500 UTF-16 units, control characters escaped but for line ends."""
    cut = _utf16_length(text) - _QUOTED_MAX
    if cut > 0:
        text = text.encode("utf-16-le", "surrogatepass")[: 2 * _QUOTED_MAX].decode("utf-16-le", "replace")
    shown = "".join(f"\\u{ord(character):04X}" if _is_control(character) else character for character in text)
    return f'"{shown}"' + (f"[truncated {cut} chars]" if cut > 0 else "")


def _is_control(character: str) -> bool:
    return (character < " " or "\x7f" <= character <= "\x9f") and character not in "\r\n"


def _utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _join_surrogates(text: str) -> str:
    """Text in which two escapes that stand for one character have become that character."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
