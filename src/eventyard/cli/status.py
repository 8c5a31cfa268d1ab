"""`eventyard status`: what a running server says of itself."""

import json
import urllib.error
import urllib.request

from rich.console import Console
from rich.table import Table

from eventyard.settings import server_url

TIMEOUT_S = 5


def show(*, host: str, port: int) -> int:
    """Print the server's health as a table; gives back 0 when it serves, else 1 after one sentence."""
    address = server_url(host, port)
    try:
        with urllib.request.urlopen(f"{address}/_eventyard/health", timeout=TIMEOUT_S) as answer:
            health = json.load(answer)
    except (urllib.error.URLError, TimeoutError, ValueError) as failure:
        reason = getattr(failure, "reason", failure)
        print(f"eventyard: No server answers at {address}: {reason}.")
        return 1
    table = Table("service", "operations")
    for name, operations in health["services"].items():
        table.add_row(name, str(operations))
    console = Console()
    console.print(f"Eventyard {health['version']} at {address}: {health['status']}", highlight=False)
    console.print(table)
    console.print(
        f"store {health['store']}, {health['store_bytes']:,} bytes, auth {health['auth']}, {health['parked']} waiting"
    )
    return 0
