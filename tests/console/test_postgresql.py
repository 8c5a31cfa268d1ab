"""The console on PostgreSQL: the same pages from a store that several nodes share."""

from pathlib import Path

from tests.console.conftest import Pages
from tests.support import console_shop
from tests.support.platform import RunningPlatform


def test_every_page_shows_the_same_on_a_shared_store(tmp_path: Path, postgres_database: str) -> None:
    platform = RunningPlatform(tmp_path, store_url=postgres_database)
    pages = Pages(platform)
    try:
        console_shop.build(platform.client)
        console_shop.place_orders(platform.client, 8)
        assert {"execution", "dead letters", "dead-lettered"} <= {one["kind"] for one in pages.json("/")["attention"]}
        assert "glow" in {node["state"] for node in pages.json("/map")["nodes"]}
        [event] = pages.json("/stream?text=order-0007&source=shop")["events"]
        assert "QueueDoesNotExist" in pages.html(f"/events/{event['id']}")
        [trace] = pages.json("/traces?key=order-0007")["traces"]
        assert "to-nowhere" in pages.html(f"/traces/{trace['trace']}")
    finally:
        pages.http.close()
        platform.close()
