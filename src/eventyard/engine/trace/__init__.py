"""Who caused what: the trace context that travels on every message, delivery, log line and invocation."""
