"""The one database behind everything: transactions, the two databases that can hold them, and their migrations.

Nothing here knows a service or a call. Read `tx.py` first; `sqlite.py` and `postgres.py` hold only what truly differs.
"""
