"""Who gets in: hosts, logins, signatures, sessions, and whose account is shown."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from eventyard.console import sessions
from eventyard.engine.keys import AccessKey, KeyRing, read_credentials
from tests.console.conftest import HTML, Pages

KEYS = KeyRing({"AKIA1": AccessKey("AKIA1", "secret", "111111111111")})
DAY_MS = 24 * 3_600_000


def key_of(tmp_path: Path) -> tuple[str, str]:
    return next(iter(read_credentials(tmp_path).items()))


def log_in(pages: Pages, access_key: str, secret: str, to: str = "/_eventyard/stream") -> httpx.Response:
    form = {"access_key": access_key, "secret": secret, "to": to}
    return pages.http.post("/login", data=form, headers={**HTML, "origin": pages.platform.endpoint})


@pytest.mark.parametrize("host", ["localhost:4566", "127.0.0.1", "[::1]:4566", "console.localhost", "10.0.0.7:80"])
def test_an_open_server_is_looked_at_by_local_names_and_addresses(pages: Pages, host: str) -> None:
    assert pages.http.get("/", headers={**HTML, "host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:4566", "127.0.0.1.evil.example"])
def test_a_site_that_points_its_name_at_this_machine_sees_nothing(pages: Pages, host: str) -> None:
    answer = pages.http.get("/stream", headers={"host": host})
    assert (answer.status_code, answer.json()["__type"]) == (403, "Forbidden")
    assert pages.http.get("/stream", headers={**HTML, "host": host}).status_code == 403


def test_a_strict_server_sends_a_person_to_the_login_and_a_program_away(strict_pages: Pages) -> None:
    for path in ("/", "/stream?text=o-1", "/stream/live", "/nowhere"):
        answer = strict_pages.http.get(path, headers=HTML)
        assert answer.status_code == 303
        assert urlsplit(answer.headers["location"]).path == "/_eventyard/login"
        if path != "/nowhere":
            assert strict_pages.json(path, 403)["__type"] == "MissingAuthenticationToken"
    assert "Access key" in strict_pages.html("/login")


def test_a_key_and_its_secret_open_a_strict_server_for_its_account_until_the_log_out(
    strict_pages: Pages, tmp_path: Path
) -> None:
    answer = log_in(strict_pages, *key_of(tmp_path), to="/_eventyard/stream?text=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/_eventyard/stream?text=x")
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/_eventyard/", "max-age=43200"))
    shown = strict_pages.html("/stream?account=999999999999&region=eu-west-1")
    assert 'value="000000000000"' in shown, "the account is the key's, whatever was asked for"
    assert 'value="eu-west-1"' in shown
    assert strict_pages.http.post("/logout", headers={"origin": strict_pages.platform.endpoint}).status_code == 303
    assert strict_pages.http.get("/stream", headers=HTML).status_code == 303


def test_a_wrong_secret_or_an_unknown_key_opens_nothing(strict_pages: Pages, tmp_path: Path) -> None:
    access_key, secret = key_of(tmp_path)
    for given in ((access_key, secret[:-1]), ("AKIANOBODY", secret), ("", "")):
        answer = log_in(strict_pages, *given)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    assert strict_pages.http.get("/stream", headers=HTML).status_code == 303


def test_the_login_leads_nowhere_but_to_the_console(strict_pages: Pages, tmp_path: Path) -> None:
    answer = log_in(strict_pages, *key_of(tmp_path), to="https://evil.example/_eventyard/")
    assert answer.headers["location"] == "/_eventyard/"


def test_a_program_gets_in_with_a_signature(strict_pages: Pages, tmp_path: Path) -> None:
    url = f"{strict_pages.platform.endpoint}/_eventyard/stream"
    request = AWSRequest("GET", url, headers={"host": urlsplit(url).netloc})
    SigV4Auth(Credentials(*key_of(tmp_path)), "eventyard", "us-east-1").add_auth(request)
    assert strict_pages.http.get("/stream", headers=dict(request.headers)).json()["events"] == []


def test_a_session_is_good_for_half_a_day_and_for_its_own_key() -> None:
    cookie = sessions.log_in(KEYS, access_key="AKIA1", secret="secret", now_ms=0)
    assert cookie is not None
    assert sessions.access_key_of(KEYS, cookie, DAY_MS // 2 - 1) == "AKIA1"
    assert sessions.access_key_of(KEYS, cookie, DAY_MS // 2) is None
    changed = KeyRing({"AKIA1": AccessKey("AKIA1", "another", "111111111111")})
    assert sessions.access_key_of(changed, cookie, 0) is None


@pytest.mark.parametrize("cookie", ["", "AKIA1", "AKIA1.99999999999.", "AKIA1.9x.00", "AKIA1.99999999999.ä", "...."])
def test_a_session_that_we_did_not_sign_is_none(cookie: str) -> None:
    assert sessions.access_key_of(KEYS, cookie, 0) is None


def test_account_and_region_are_chosen_by_the_query_and_kept(pages: Pages) -> None:
    pages.html("/?account=222222222222&region=eu-central-1")
    shown = pages.html("/stream")
    assert re.findall(r'name="(account|region)" value="([^"]+)"', shown) == [
        ("account", "222222222222"),
        ("region", "eu-central-1"),
    ]
    shown = pages.html("/stream?account=<b>&region=../..")
    assert 'value="222222222222"' in shown, "what is none is passed over"
