"""The one way in which a pattern is refused.

`str(error)` is the message of EventBridge's `InvalidEventPatternException`; `reason` is the part that its matcher says.
Source: recordings of TestEventPattern, 2024-12-05; aws/event-ruler's compiler, 2.1.0.
"""

TOO_COMPLEX = (
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences "
    "after a wildcard character"
)


class PatternError(ValueError):
    """The pattern is not valid.

    `has_place` is true when the reason ends with the line and column where reading stopped.
    """

    def __init__(self, reason: str, *, has_place: bool = False) -> None:
        super().__init__(f"Event pattern is not valid. Reason: {reason}")
        self.reason = reason
        self.has_place = has_place
