"""The five AWS protocols as composition: where members travel (`placement.py`) times how they look (`*_tree.py`).

`walk.py` goes over a shape once per operation and lets an encoding build a reader or a writer for it; it knows no
format. Read `table.py` first: it is one row a protocol, and `codec`, which is all that the gateway calls.
"""
