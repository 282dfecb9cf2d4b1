"""Pictures decoded in the browser."""
