"""What monitors look at next: worked out from the wall, held by one at a time, and told in a chain nobody can take back."""
