"""Variational autoencoders: models, objectives, training and analysis.

Every loss and every term of one is in nats per image. Importing this package does not import torch.
"""

__version__ = "0.1.0"
