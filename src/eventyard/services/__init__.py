"""AWS's services, a folder each, with the same rooms in each: `model`, `operations`, `queries` with `tables`, `work`
and `errors`. Services never import each other: one reaches another by a delivery to an ARN or by `call.dispatch`. Read
`sqs/` first; the others are copies of its shape.
"""
