"""Text compared without regard to case, as AWS's matcher does it: character by character, no folding of the whole.

Each UTF-16 unit of the *pattern* may stand in the value in its lower or its upper form, and in no third one: `ß`
matches `ß` and `SS` but not `ss`; the Kelvin sign matches itself and `k`, `k` does not match the Kelvin sign. Half of a
surrogate pair has no byte form of its own and becomes `?`, so a pattern with an emoji never matches that emoji.

Source: aws/event-ruler 2.1.0, EqualsIgnoreCaseParser; the cases were judged by that matcher on 2026-11-21.
"""

import re
from dataclasses import dataclass

_UNENCODABLE = "?"


@dataclass(frozen=True, slots=True)
class CaselessText:
    """`units` are the forms of each unit of the pattern; `lowered` is the pattern when it is ASCII, otherwise `None`.

    `folded` is equal for the pattern and for every value that equals it; equal folds do not prove the reverse.
    """

    units: tuple[tuple[str, ...], ...]
    lowered: str | None
    folded: str

    @property
    def begins_with_letter(self) -> bool:
        """Whether the first unit has two forms."""
        if self.lowered is not None:
            return self.lowered[:1].isalpha()
        return len(self.units[0]) == 2

    @property
    def ends_with_letter(self) -> bool:
        """Whether the last unit has two forms."""
        if self.lowered is not None:
            return self.lowered[-1:].isalpha()
        return len(self.units[-1]) == 2

    def __len__(self) -> int:
        return len(self.units if self.lowered is None else self.lowered)

    def without_first(self) -> "CaselessText":
        """The text from its second unit on."""
        if self.lowered is not None:
            return caseless(self.lowered[1:])
        return CaselessText(self.units[1:], None, self.folded)

    def without_last(self) -> "CaselessText":
        """The text up to its last unit."""
        if self.lowered is not None:
            return caseless(self.lowered[:-1])
        return CaselessText(self.units[:-1], None, self.folded)

    def occurs_in(self, value: str) -> bool:
        """Whether the text stands anywhere in the value."""
        units = self.units if self.lowered is None else [_forms(unit) for unit in self.lowered]
        forms = ("|".join(map(re.escape, unit)) for unit in units)
        return re.search("".join(f"(?:{form})" for form in forms), value) is not None

    def equals(self, value: str) -> bool:
        if self.lowered is not None:
            return value.isascii() and value.lower() == self.lowered
        return len(value) in self._ends_from_start(value)

    def starts(self, value: str) -> bool:
        if self.lowered is not None:
            head = value[: len(self.lowered)]
            return head.isascii() and head.lower() == self.lowered
        return bool(self._ends_from_start(value))

    def ends(self, value: str) -> bool:
        if self.lowered is not None:
            if not self.lowered:
                return True
            tail = value[-len(self.lowered) :]
            return tail.isascii() and tail.lower() == self.lowered
        starts = {len(value)}
        for forms in reversed(self.units):
            starts = {start - len(form) for start in starts for form in forms if value.endswith(form, 0, start)}
        return bool(starts)

    def _ends_from_start(self, value: str) -> set[int]:
        ends = {0}
        for forms in self.units:
            ends = {end + len(form) for end in ends for form in forms if value.startswith(form, end)}
        return ends


def caseless(text: str) -> CaselessText:
    """The forms in which `text` may stand in a value."""
    if text.isascii():
        return CaselessText((), text.lower(), text.lower())
    units = tuple(_forms(unit) for unit in _utf16_units(text))
    return CaselessText(units, None, "".join(forms[0] for forms in units).casefold())


def _forms(unit: str) -> tuple[str, ...]:
    if "\ud800" <= unit <= "\udfff":
        return (_UNENCODABLE,)
    return tuple({unit.lower(): None, unit.upper(): None})


def _utf16_units(text: str) -> list[str]:
    encoded = text.encode("utf-16-le", "surrogatepass")
    return [chr(int.from_bytes(encoded[index : index + 2], "little")) for index in range(0, len(encoded), 2)]
