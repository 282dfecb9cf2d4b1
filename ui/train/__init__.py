"""A training: its form, its course, and what can be done to it."""
