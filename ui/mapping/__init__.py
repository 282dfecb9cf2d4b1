"""Maps of codes: their points, how they are made, and what lies below them."""
