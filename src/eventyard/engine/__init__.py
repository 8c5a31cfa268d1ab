"""What every service stands on: calls, transactions in groups, waiting, deliveries, everything that happens later.

The engine knows no service; `app.py` registers them. Read `call.py`, then `group.py`, then `targets.py` and `due/`.
"""
