"""A console to look at: a platform of the test's own, asked by plain HTTP as a browser or a program would."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.platform import RunningPlatform

HTML = {"accept": "text/html"}


class Pages:
    """What a browser without scripts sees; cookies are kept from one look to the next."""

    def __init__(self, platform: RunningPlatform) -> None:
        self.platform = platform
        self.http = httpx.Client(base_url=f"{platform.endpoint}/_eventyard", timeout=30)

    def html(self, path: str, status: int = 200) -> str:
        answer = self.http.get(path, headers=HTML)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("text/html")
        return answer.text

    def json(self, path: str, status: int = 200) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == status, answer.text
        return answer.json()

    @property
    def token(self) -> str:
        return self.html("/").split('name="eventyard-token" content="')[1].split('"')[0]

    def post(self, path: str, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
        """Send a form as a page of the console would."""
        own = {"origin": self.platform.endpoint, "referer": f"{self.platform.endpoint}/_eventyard/stream", **HTML}
        return self.http.post(path, data={"token": self.token, **form}, headers={**own, **(headers or {})})


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """An open server's console."""
    platform = RunningPlatform(tmp_path)
    made = Pages(platform)
    yield made
    made.http.close()
    platform.close()


@pytest.fixture
def strict_pages(tmp_path: Path) -> Iterator[Pages]:
    """A strict server's console; its folder has the `credentials`."""
    platform = RunningPlatform(tmp_path, auth="strict")
    made = Pages(platform)
    yield made
    made.http.close()
    platform.close()
