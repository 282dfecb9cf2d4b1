"""Codes as points on a map of two or three dimensions, and what such a map is worth.

Importing this package imports neither torch nor what computes t-SNE and UMAP.
"""

from vae.projection.checks import check_codes, check_perplexity, largest_perplexity, most
from vae.projection.method import MAX_POINTS, METHODS, Method, Settings, check, project
from vae.projection.pca import Pca
from vae.projection.points import Points

__all__ = [
    "MAX_POINTS",
    "METHODS",
    "Method",
    "Pca",
    "Points",
    "Settings",
    "check",
    "check_codes",
    "check_perplexity",
    "largest_perplexity",
    "most",
    "project",
]
