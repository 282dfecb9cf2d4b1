"""Peers and limits, measured side by side in one run; every figure that matters is a ratio."""
