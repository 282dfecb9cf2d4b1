"""Scores of disentanglement with their working."""
