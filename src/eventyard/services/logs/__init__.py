"""CloudWatch Logs, the core: groups, streams, events, and the search over them. Read `model.py` first."""
