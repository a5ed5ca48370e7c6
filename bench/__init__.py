"""Measures that the bounds in the documentation hold. See README.md beside this."""
