"""DynamoDB's languages and value model, pure: no table, store or clock is known here.

Read `values.py` first (what a value is), then `syntax.py` (the grammar all expressions share) and `context.py` (the
placeholders of one request). `conditions.py`, `updates.py`, `projections.py` and `keyconditions.py` compile a text to
something that runs on an item; `legacy.py` compiles the older parameters to the same things.
"""
