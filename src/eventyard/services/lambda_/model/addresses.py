"""Where a function's code can be had of us; read before the rest of this service, so it imports nothing of it."""

CODE_PAGE = "/_eventyard/lambda/code"
