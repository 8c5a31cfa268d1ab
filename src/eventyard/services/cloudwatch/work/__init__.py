"""What happens beside the operations: points come in, and old ones are rolled up."""
