"""What a laptop lacks: servers and a sample press."""
