"""Models side by side: which, what is known of them, and how it is shown."""
