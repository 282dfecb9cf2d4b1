"""Pictures decoded in the browser, so that they move with the hand."""

from ui.live.explorer import REACH, Explored, explorer

__all__ = ["REACH", "Explored", "explorer"]
