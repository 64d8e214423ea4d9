"""What is done to the program, not by it."""
