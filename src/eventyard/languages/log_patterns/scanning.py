"""Reading a filter pattern from left to right: blanks, signs, words, quoted texts, regular expressions."""

import re
from dataclasses import dataclass

from eventyard.languages.log_patterns.errors import InvalidPattern, invalid, odd_characters, odd_term

_BLANKS = re.compile(r"\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_REGEX = re.compile(r"%((?:[^%\\]|\\.)*)%", re.DOTALL)


@dataclass(slots=True)
class Scanner:
    """Where the reading of `text` stands; whatever it takes, it takes the blanks before it, too."""

    text: str
    at: int = 0

    def skip_blanks(self) -> None:
        found = _BLANKS.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def is_over(self) -> bool:
        self.skip_blanks()
        return self.at >= len(self.text)

    def is_at(self, sign: str) -> bool:
        self.skip_blanks()
        return self.text.startswith(sign, self.at)

    def takes(self, sign: str) -> bool:
        """Whether the sign stood next; it is behind us then."""
        if not self.is_at(sign):
            return False
        self.at += len(sign)
        return True

    def found(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What fits the pattern right here, taken; blanks are not skipped."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def word(self, pattern: re.Pattern[str]) -> str:
        """The word that stands next. Raises InvalidPattern where there is none."""
        self.skip_blanks()
        found = self.found(pattern)
        if found is None:
            raise self.refusal()
        return found.group()

    def quoted(self) -> str:
        """The text between the double quotes that stand next; a backslash keeps a quote or a backslash."""
        self.skip_blanks()
        found = self.found(_QUOTED)
        if found is None:
            raise odd_term(self.text[self.at :].split()[0])
        return _ESCAPED.sub(r"\1", found[1])

    def regex(self) -> str:
        """What stands between the percent signs that stand next."""
        self.skip_blanks()
        found = self.found(_REGEX)
        if found is None:
            raise invalid()
        return found[1]

    def refusal(self) -> InvalidPattern:
        """Why nothing here can be read."""
        character = self.text[self.at : self.at + 1]
        is_term = character.isascii() and (character.isalnum() or character == "_")
        return invalid() if not character or is_term else odd_characters(self.text, self.at)
