"""This service's SQL, by what it keeps."""
