"""What is new? Source to Entry."""
