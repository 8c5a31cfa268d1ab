"""SQS's SQL: one function a query, rows in and model values out; nothing is decided here. The tables themselves are in
`../tables`, and the theory of the indexes is at the top of `messages.py` and `groups.py`.
"""
