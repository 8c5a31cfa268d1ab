"""What Lambda does outside of a call: running code, working off asynchronous invocations, consuming queues, logging."""
