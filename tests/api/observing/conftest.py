"""What the platform of a test observes."""

import pytest

from tests.api.lambda_.conftest import ROLE, zipped
from tests.support.observing import Observed


@pytest.fixture
def platform(timed_platform):
    """Time stands still until a story moves it."""
    return timed_platform


@pytest.fixture
def observed(platform) -> Observed:
    return Observed(platform)


@pytest.fixture
def function(platform):
    """Make a function of that source; gives back its ARN."""

    def make(source: str, name: str = "shop", **changes) -> str:
        made = platform.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=ROLE,
            Handler="app.handler",
            Code={"ZipFile": zipped(source)},
            Timeout=10,
            **changes,
        )
        return made["FunctionArn"]

    return make
