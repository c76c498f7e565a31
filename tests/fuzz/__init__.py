"""Fuzzing of our own parsers: `make fuzz` looks for new inputs, the tests try the saved ones."""
