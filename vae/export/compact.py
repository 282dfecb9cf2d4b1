"""A recorded training made small enough to ship: few moments, each a decoder in factors.

A decoder of two units sees the plane alone. What its layers are given lies close to a space of few
dimensions, so a weight matrix W may be replaced by W V V^T for an orthonormal basis V of that space:
the pictures stay what they are, and two thin factors take the place of the matrix.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vae import models
from vae.errors import ExportError
from vae.events import Epoch, Step
from vae.export import timeline
from vae.files import write_atomically
from vae.jobs_names import EVENTS
from vae.training.checkpoint import load_model, read_header, write_tensors
