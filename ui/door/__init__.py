"""Who reaches the server: which names it answers to, what it refuses, and who sits at the machine."""
