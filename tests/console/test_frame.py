"""What all pages have in common: HTML for people, JSON for programs, headers that keep them to themselves."""

import hashlib
import json
from pathlib import Path

from eventyard.console import rendering
from eventyard.console.navigation import MENU
from eventyard.console.pages.rooms import ROOMS
from tests.console.conftest import HTML, Pages

VENDOR = Path(rendering.__file__).parent / "static" / "vendor"


def put(pages: Pages, **detail: str) -> str:
    entry = {"Source": "shop", "DetailType": "order placed", "Detail": json.dumps(detail)}
    return pages.platform.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"]


def test_a_page_is_html_for_people_and_json_for_programs(pages: Pages) -> None:
    event_id = put(pages, orderId="o-1")
    assert f"/_eventyard/events/{event_id}" in pages.html("/stream")
    assert [event["id"] for event in pages.json("/stream")["events"]] == [event_id]
    assert pages.http.get("/stream?format=json", headers=HTML).json()["events"][0]["id"] == event_id


def test_what_comes_from_outside_is_escaped(pages: Pages) -> None:
    put(pages, orderId="<script>alert(1)</script>")
    shown = pages.html('/stream?text="><script>alert(2)</script>')
    assert "<script>alert" not in shown
    assert "<script>alert" not in pages.html("/stream")


def test_no_page_may_load_from_elsewhere_or_run_what_it_says(pages: Pages) -> None:
    for path in ("/", "/stream", "/nowhere", "/static/console.js"):
        headers = pages.http.get(path, headers=HTML).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
    shown = pages.html("/stream")
    assert "http://" not in shown.replace("http://www.w3.org", "")
    assert "<script>" not in shown
    assert " style=" not in shown


def test_an_address_that_is_none_is_404_in_either_form(pages: Pages) -> None:
    assert pages.json("/nowhere", 404)["__type"] == "NotFound"
    assert "There is no page /_eventyard/nowhere." in pages.html("/nowhere", 404)


def test_the_pages_of_programs_keep_their_addresses(pages: Pages) -> None:
    event_id = put(pages, orderId="o-1")
    assert pages.json("/ready") == {"status": "ready"}
    assert pages.http.get("/ready", headers=HTML).json() == {"status": "ready"}
    assert pages.json("/health")["status"] == "ready"
    assert pages.json(f"/events/{event_id}")["id"] == event_id
    assert pages.json("/events")["events"] == []
    assert pages.http.post("/health").status_code == 405


def test_the_address_without_a_slash_leads_to_the_console(pages: Pages) -> None:
    answer = pages.http.get(pages.platform.endpoint + "/_eventyard", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (308, "/_eventyard/")


def test_every_page_of_the_menu_is_there_and_has_a_key_of_its_own(pages: Pages) -> None:
    addresses = {"/_eventyard" + page.address for room in ROOMS for page in room.PAGES}
    assert {entry.address for entry in MENU} <= addresses
    assert len({entry.key for entry in MENU}) == len(MENU)
    for entry in MENU:
        pages.html(entry.address.removeprefix("/_eventyard"))


def test_the_vendored_libraries_are_those_of_the_list_each_with_its_licence() -> None:
    listed = dict(reversed(line.split("  ")) for line in (VENDOR / "sha256sums").read_text().splitlines())
    files = {file.name: file for file in VENDOR.iterdir() if file.suffix in (".js", ".css")}
    assert {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()} == listed
    assert all((VENDOR / f"{name}.LICENSE").stat().st_size > 300 for name in listed)
