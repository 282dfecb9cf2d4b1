"""A picture in a model: where it comes from, what the model makes of it, and in nats."""
