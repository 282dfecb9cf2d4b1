"""Pictures decoded in the browser, so that they move with the hand."""

from ui.live.explorer import Explored, explorer

__all__ = ["Explored", "explorer"]
