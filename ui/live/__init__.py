"""Pictures decoded in the browser, so that they move with the hand."""
