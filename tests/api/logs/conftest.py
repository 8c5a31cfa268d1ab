"""What the tests of other services lend."""

from tests.api.lambda_.conftest import eventually

__all__ = ["eventually"]
