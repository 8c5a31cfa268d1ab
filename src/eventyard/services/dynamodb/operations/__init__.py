"""One function an AWS operation; `served.py` lists those that are served. Read `items.py` first."""
