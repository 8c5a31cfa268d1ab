"""What is wrong with a filter expression, and where."""


class FilterError(Exception):
    """The expression is none; `position` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} at position {position}")
        self.message = message
        self.position = position
