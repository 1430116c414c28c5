"""What we remember, in SQL."""
