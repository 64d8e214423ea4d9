"""Faults done to a real service: what it survives, and in what time."""
