"""What pages show: one function a page, `(tx, call) -> mapping` of plain values, in one transaction, changing nothing.

`call.params` has the address's parameters and the query's as text; public reads go by `call.dispatch`. Values are named
as they are in JSON: instants in milliseconds end in `_at_ms`. No HTML, no SQL.
"""
