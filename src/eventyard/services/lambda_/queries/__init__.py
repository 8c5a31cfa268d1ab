"""This service's SQL, a file a noun."""
