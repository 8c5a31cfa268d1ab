"""The stream: what was accepted, searched, and followed live."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.console.conftest import Pages


def put(pages: Pages, source: str = "shop", detail_type: str = "order placed", **detail: str) -> str:
    entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
    return pages.platform.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"]


@contextmanager
def following(pages: Pages, query: str = "", headers: dict[str, str] | None = None) -> Iterator[Iterator[str]]:
    with pages.http.stream("GET", f"/stream/live{query}", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines) == ": open"
        yield lines


def _until_row(lines: Iterator[str], event_id: str) -> str:
    return next(line for line in lines if event_id in line)


def test_the_stream_is_searched_by_text_source_type_and_outcome(pages: Pages) -> None:
    first = put(pages, orderId="o-1")
    second = put(pages, source="billing", detail_type="invoice sent", orderId="o-2")

    def ids(query: str) -> list[str]:
        return [event["id"] for event in pages.json(f"/stream?{query}")["events"]]

    assert ids("") == [second, first]
    assert ids("text=o-1") == [first]
    assert ids("source=billing") == [second]
    assert ids("detail-type=order+placed") == [first]
    assert ids("kind=sns") == ids("outcome=trouble") == ids("outcome=delivered") == []
    assert ids("region=eu-west-1") == []


def test_what_is_accepted_comes_to_whoever_follows(pages: Pages) -> None:
    cursor = pages.json("/stream")["after"]
    with following(pages, f"?after={cursor}&source=shop") as lines:
        put(pages, source="billing", orderId="o-1")
        event_id = put(pages, orderId="o-2")
        _until_row(lines, f"/_eventyard/events/{event_id}")


def test_nothing_between_the_page_and_its_stream_is_missed(pages: Pages) -> None:
    put(pages, orderId="o-1")
    cursor = pages.json("/stream")["after"]
    event_id = put(pages, orderId="o-2")
    with following(pages, f"?after={cursor}") as lines:
        _until_row(lines, event_id)


def test_a_browser_that_comes_back_goes_on_where_it_was(pages: Pages) -> None:
    first = put(pages, orderId="o-1")
    with following(pages, "?after=0:") as lines:
        seen = next(line for line in lines if line.startswith("id: ")).removeprefix("id: ")
    second = put(pages, orderId="o-2")
    with following(pages, "?after=0:", {"last-event-id": seen}) as lines:
        rows = []
        for line in lines:
            rows.append(line)
            if second in line:
                break
    assert not any(first in line for line in rows)


def test_a_server_that_stops_does_not_wait_for_who_follows(pages: Pages) -> None:
    with following(pages) as lines:
        pages.platform.run(pages.platform.platform.stop(), timeout_s=5)
        list(lines)  # the body ends as a whole one does, or this raises
