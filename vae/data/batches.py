"""Batches without end that can be left and taken up again at any step, bit for bit."""

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor

from vae.data.binarise import binarise
from vae.data.dataset import Dataset, Images, TensorImages
from vae.errors import DataError

Pixels = Literal["dynamic", "fixed", "grey"]

NOISE_SEED = 0x9E3779B97F4A7C15
"""Keeps the noise of a seed apart from its shuffling."""
BLOCK = 8192
"""Images that are binarised at a time where all of them are."""


@dataclass(frozen=True)
class Batch:
    """Images in [0, 1] and their labels, on one device."""

    x: Float[Tensor, "n c h w"]
    y: Int[Tensor, " n"] | None

    @property
    def tensors(self) -> list[Tensor]:
        """Images, and labels where there are any."""
        return [self.x] if self.y is None else [self.x, self.y]


class Batches:
    """Every image once an epoch, in an order drawn anew for each.

    `pixels` is "grey" (value / 255), "dynamic" (binarised anew at every use) or "fixed" (binarised
    once, by the seed). The order is drawn on the CPU, so it is the same on every device. Of the
    images that do not fill a batch an epoch leaves out a different few each time; where one batch
    would hold more than there are, it holds all.
    """

    def __init__(
        self,
        data: Dataset,
        *,
        batch_size: int,
        pixels: Pixels,
        seed: int,
        device: torch.device | str = "cpu",
    ) -> None:
        if len(data) == 0:
            raise DataError(
                f"{data.name} holds no image; a batch needs at least one. Use other data."
            )
        self.device = torch.device(device)
        self.batch_size = min(batch_size, len(data))
        self.steps_per_epoch = len(data) // self.batch_size
        self.epoch = 0
        self.position = 0
        images = _fixed(data.images, seed) if pixels == "fixed" else data.images
        self._images = images.to(self.device)
        self._labels = None if data.labels is None else data.labels.to(self.device)
        self._noisy = pixels == "dynamic" and not images.binary
        self._noise = torch.Generator(self.device).manual_seed(seed ^ NOISE_SEED)
        self._shuffler = torch.Generator().manual_seed(seed)
        self._shuffle()

    @property
    def labelled(self) -> bool:
        """Whether batches have labels."""
        return self._labels is not None

    def next(self) -> Batch:
        """The next batch; `position` then counts it, and reaches `steps_per_epoch` at an epoch's end."""
        if self.position == self.steps_per_epoch:
            self.epoch += 1
            self.position = 0
            self._shuffle()
        start = self.position * self.batch_size
        index = self._order[start : start + self.batch_size]
        self.position += 1
        values = self._images.take(index)
        x = binarise(values, self._noise) if self._noisy else values.float().mul_(1 / 255)
        return Batch(x, None if self._labels is None else self._labels.index_select(0, index))

    def state(self) -> dict[str, Tensor]:
        """All that `restore` needs to go on with the very batch that `next` would give now."""
        return {
            "shuffler": self._epoch_start.clone(),
            "noise": self._noise.get_state(),
            "epoch": torch.tensor(self.epoch),
            "position": torch.tensor(self.position),
            "images": torch.tensor(len(self._images)),
            "batch_size": torch.tensor(self.batch_size),
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from a state; on another kind of device with the same order but fresh noise."""
        saved = (int(state["images"]), int(state["batch_size"]))
        if saved != (len(self._images), self.batch_size):
            raise DataError(
                f"The saved training used {saved[0]:,} images in batches of {saved[1]:,}, this one "
                f"has {len(self._images):,} in batches of {self.batch_size:,}. "
                "Resume it with the data and batch size that it began with."
            )
        self._shuffler.set_state(state["shuffler"].cpu())
        self._shuffle()
        if state["noise"].numel() == self._noise.get_state().numel():
            self._noise.set_state(state["noise"].cpu())
        self.epoch = int(state["epoch"])
        self.position = int(state["position"])

    def _shuffle(self) -> None:
        self._epoch_start = self._shuffler.get_state()
        order = torch.randperm(len(self._images), generator=self._shuffler)
        self._order = order.to(self.device)


def _fixed(images: Images, seed: int) -> Images:
    """Images binarised once: the same for the same images and seed, on every device."""
    if images.binary:
        return images
    generator = torch.Generator().manual_seed(seed ^ NOISE_SEED)
    images = images.to("cpu")
    blocks = [
        binarise(images.take(_block(start, len(images))), generator).to(torch.uint8).mul_(255)
        for start in range(0, len(images), BLOCK)
    ]
    return TensorImages(torch.cat(blocks), binary=True)


def _block(start: int, count: int) -> Int[Tensor, " n"]:
    return torch.arange(start, min(start + BLOCK, count))
