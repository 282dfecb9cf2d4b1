"""All models as cards, and what can be done with each."""
