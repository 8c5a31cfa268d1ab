"""Wildcard texts: `*` stands for any run of characters, `\\*` and `\\\\` for the characters themselves.

A text with wildcards is its literal pieces in order. The first and the last piece are anchored; each piece between
them is looked for from where the one before it ended. The leftmost place of every piece leaves the most room for the
next, so nothing is ever tried twice and the cost is that of `str.find`.
"""

from dataclasses import dataclass


class WildcardSyntaxError(ValueError):
    """The text is not a wildcard; the message is AWS's, which counts bytes and counts the opening quote."""


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`pieces` are the literals between the stars; one piece means that the text has no star."""

    pieces: tuple[str, ...]

    def matches(self, value: str) -> bool:
        first, last = self.pieces[0], self.pieces[-1]
        if len(self.pieces) == 1:
            return value == first
        end = len(value) - len(last)
        if end < len(first) or not value.startswith(first) or not value.endswith(last):
            return False
        position = len(first)
        for piece in self.pieces[1:-1]:
            found = value.find(piece, position, end)
            if found < 0:
                return False
            position = found + len(piece)
        return True


def parse_wildcard(text: str) -> Wildcard:
    """The wildcard that `text` describes.

    Errors: `WildcardSyntaxError` for two stars in a row and for a backslash before anything but a star or a backslash.
    """
    pieces = [""]
    index = 0
    while index < len(text):
        character = text[index]
        following = text[index + 1 : index + 2]
        if character == "*":
            if following == "*":
                raise WildcardSyntaxError(f"Consecutive wildcard characters at pos {_byte_position(text, index)}")
            pieces.append("")
        elif character == "\\":
            if following not in ("*", "\\"):
                raise WildcardSyntaxError(f"Invalid escape character at pos {_byte_position(text, index)}")
            pieces[-1] += following
            index += 1
        else:
            pieces[-1] += character
        index += 1
    return Wildcard(tuple(pieces))


def _byte_position(text: str, index: int) -> int:
    return len(text[:index].encode("utf-8", "replace")) + 1
