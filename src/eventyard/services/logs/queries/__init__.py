"""The SQL of CloudWatch Logs, a file a noun."""
