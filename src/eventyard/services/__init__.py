"""The AWS services, a folder each, all with the same rooms: model, operations, queries and tables, work, errors.

A service never imports another: it delivers to an ARN or dispatches an operation, both through its `Call`. Read
`sqs/operations.py` first; knowing one service is knowing them all.
"""
