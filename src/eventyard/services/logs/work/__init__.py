"""What happens to lines, and what falls due by itself."""
