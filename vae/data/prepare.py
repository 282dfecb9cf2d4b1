"""A photograph or drawing of a stranger as a model's data would have it, step by step.

Digits are framed as MNIST was made (LeCun et al. 1998): white on black, the larger side of the ink
20 of 28 pixels, its centre of mass in the middle. Without torch.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, UInt8
from PIL import Image, ImageOps
from scipy import ndimage  # type: ignore[import-untyped]

from vae.config import Shape
from vae.data.decode import upright
from vae.errors import DataError
from vae.framing import DIGITS, Framing

Grey = Float[np.ndarray, "_ _"]
"""Values in [0, 1]."""

WORK_SIDE = 640
"""Larger side at which a picture is looked at; ink that fills a tenth of it still has 64 pixels."""
SMALLEST = 8
"""Pixels a side below which a picture shows nothing."""
BORDER = 0.06
"""Share of a side, at each edge, that is taken for paper."""
FAINTEST = 8 / 255
"""Ink that is fainter does not count when it is framed."""
BLANK = 0.1
"""Where nothing stands out by more from the paper, nothing is drawn on it."""
CLEAN = 1e-3
"""A border that varies by less was not photographed."""
FULL = 0.9
"""Ink of so much contrast keeps its greys where the border is clean."""
GRID = 48
"""Side at which light is looked at."""
SPECK = 0.02
"""A spot is dropped where it has less than this share of the largest one's area."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is done to a picture; None is found out from it."""

    invert: bool | None = None
    """Dark ink on light paper becomes light on dark."""
    level: bool = True
    """Uneven light is taken out."""
    threshold: float | None = None
    """What stands out from the paper by less, from 0 to 1, is taken for paper."""
    turn: float = 0.0
    """Degrees by which the picture is turned, clockwise."""
    crop: bool = True
    """Cut to the ink; else the whole picture counts as ink."""
    margin: float | None = None
    """Share of the picture left free on the larger side, at each end; None as the data has it."""
    centre: bool = True
    """Put the ink in the middle as the data does; else its box."""


@dataclass(frozen=True)
class Step:
    """A picture on its way."""

    name: str
    pixels: UInt8[np.ndarray, "..."]
    """h w, or h w 3."""


@dataclass(frozen=True)
class Prepared:
    """What a model is given, and how it came about."""

    pixels: UInt8[np.ndarray, "c h w"]
    steps: tuple[Step, ...]
    settings: Settings
    """As they were used: nothing in them is None."""


def prepare(
    data: bytes, shape: Shape, framing: Framing | None = DIGITS, settings: Settings | None = None
) -> Prepared:
    """A picture file as an image of a shape.

    Raises:
        DataError: what cannot be read, is too small, or blank; says what to do.
    """
    settings = settings or Settings()
    picture = upright(data, (WORK_SIDE, WORK_SIDE))
    if min(picture.size) < SMALLEST:
        width, height = picture.size
        raise DataError(
            f"The picture has {width} by {height} pixels; at least {SMALLEST} by {SMALLEST} are needed. "
            "Choose a larger one."
        )
    picture = picture.convert("RGB")
    picture.thumbnail((WORK_SIDE, WORK_SIDE), Image.Resampling.BOX)
    if framing is None or shape[0] != 1:
        return _fitted(picture, shape, settings)
    return _framed(picture, shape, framing, settings)


def _fitted(picture: Image.Image, shape: Shape, settings: Settings) -> Prepared:
    """Turned, cut to shape and scaled, as a folder of images is."""
    channels, height, width = shape
    turned = picture.rotate(-settings.turn, Image.Resampling.BICUBIC, expand=True)
    grey = turned if channels == 3 else turned.convert("L")
    if settings.invert:
        grey = ImageOps.invert(grey)
    small = np.asarray(ImageOps.fit(grey, (width, height), Image.Resampling.LANCZOS))
    steps = [
        Step("upright", np.asarray(picture)),
        *([Step("turned", np.asarray(turned))] if settings.turn else []),
        *([Step("grey", np.asarray(grey))] if channels == 1 else []),
        Step("cut to shape", small),
    ]
    used = replace(settings, invert=bool(settings.invert), threshold=0.0, margin=0.0)
    return Prepared(small.reshape(height, width, channels).transpose(2, 0, 1), tuple(steps), used)


def _framed(picture: Image.Image, shape: Shape, framing: Framing, settings: Settings) -> Prepared:
    """The ink alone, white on black, framed as the data frames it."""
    grey = np.asarray(picture.convert("L"), np.float32) / 255
    invert = _is_dark_on_light(grey) if settings.invert is None else settings.invert
    raised = 1 - grey if invert else grey
    ink, threshold = _levelled(raised, settings)
    steps = [
        Step("upright", np.asarray(picture)),
        Step("grey", _bytes(grey)),
        Step("inverted" if invert else "not inverted", _bytes(raised)),
        Step("levelled" if settings.level else "contrast", _bytes(ink)),
    ]
    if settings.turn:
        ink = _turned(ink, settings.turn)
        steps.append(Step("turned", _bytes(ink)))
    ink = _ink_alone(ink, crop=settings.crop)
    margin = (1 - framing.fill) / 2 if settings.margin is None else settings.margin
    height, width = shape[1:]
    small = _scaled(ink, max(1, round((1 - 2 * margin) * min(height, width))))
    by_mass = settings.centre and framing.centre == "mass"
    result = _bytes(_placed(small, (height, width), by_mass=by_mass))
    steps += [
        Step("cropped" if settings.crop else "not cropped", _bytes(ink)),
        Step("scaled", _bytes(small)),
        Step("centred by mass" if by_mass else "centred", result),
    ]
    used = replace(settings, invert=invert, threshold=threshold, margin=margin)
    return Prepared(result[None], tuple(steps), used)


def _is_dark_on_light(grey: Grey) -> bool:
    """Whether what stands out most from the border is darker than it."""
    paper = np.median(grey[_border(grey)])
    darkest, lightest = np.quantile(grey[::2, ::2], (0.005, 0.995))
    return bool(paper - darkest > lightest - paper)


def _border(grey: Grey) -> Bool[np.ndarray, "_ _"]:
    """The pixels near the edges."""
    height, width = grey.shape
    down, across = (max(1, round(BORDER * side)) for side in (height, width))
    border = np.ones((height, width), bool)
    border[down:-down, across:-across] = False
    return border


# --- paper and ink ---------------------------------------------------------------------------------


def _levelled(raised: Grey, settings: Settings) -> tuple[Grey, float]:
    """How much each pixel stands out from the paper, from 0 to 1, and the threshold that was used.

    Light falls on paper and ink alike: what ink leaves of it, (1 - raised), is a share of what paper
    leaves, so that the light cancels in their ratio.
    """
    border = raised[_border(raised)]
    middle = float(np.median(border))
    clean = float(np.quantile(np.abs(border - middle), 0.8)) < CLEAN
    paper = _paper(raised) if settings.level and not clean else np.full_like(raised, middle)
    ink: Grey = (raised - paper) / np.maximum(1 - paper, 0.2)
    noise = 0.0 if clean else _noise(ink)
    smooth = ink if clean else ndimage.uniform_filter(ink, 3)
    most = float(smooth.max())
    if most < max(BLANK, 4 * noise):
        raise _blank(settings)
    threshold = settings.threshold
    if threshold is None:
        threshold = 0.0 if clean else min(0.5 * most, max(4 * noise, 0.15 * most))
    full = 1.0 if clean and most > FULL else float(np.quantile(ink[smooth > 0.5 * most], 0.6))
    return np.clip((ink - threshold) / max(full - threshold, 0.05), 0, 1), threshold


def _blank(settings: Settings) -> DataError:
    if settings.invert is not None:
        return DataError(
            "Nothing is lighter than the background this way round. Let the picture say by itself "
            "whether to invert it."
        )
    return DataError(
        "The picture is blank: nothing stands out from its background. Write with a darker or "
        "thicker pen, come nearer, or choose another picture."
    )


def _noise(ink: Grey) -> float:
    """Standard deviation of the paper, by the median of deviations: ink hardly counts."""
    some = np.abs(ink[::3, ::3])
    paper = some[some < BLANK]
    return 1.4826 * float(np.median(paper)) if paper.size else 0.0


def _paper(raised: Grey) -> Grey:
    """How light falls on the paper: a quadratic surface through what looks like paper.

    It begins with the border, and takes in whatever lies near the surface found so far.
    """
    small = np.asarray(Image.fromarray(raised).resize((GRID, GRID), Image.Resampling.BOX))
    terms, values, border = _quadratic(GRID), small.ravel(), _border(small).ravel()
    surface = np.full_like(values, np.median(values[border]))
    for tolerance in (0.3, 0.2, 0.1, 0.06, 0.06):
        near = np.abs(values - surface) < tolerance
        if tolerance == 0.3:
            near &= border
        if near.sum() < GRID:
            break
        some = terms[near]
        surface = terms @ np.linalg.solve(some.T @ some, some.T @ values[near])
    height, width = raised.shape
    large = Image.fromarray(surface.reshape(GRID, GRID).astype(np.float32))
    return np.asarray(large.resize((width, height), Image.Resampling.BILINEAR))


def _quadratic(side: int) -> Float[np.ndarray, "n 6"]:
    """1, x, y, x^2, x y and y^2 of every pixel of a square."""
    y, x = np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1).reshape(-1, 6)


def _turned(ink: Grey, degrees: float) -> Grey:
    picture = Image.fromarray(ink)
    turned: Grey = np.asarray(picture.rotate(-degrees, Image.Resampling.BILINEAR, expand=True))
    return turned


def _ink_alone(ink: Grey, *, crop: bool) -> Grey:
    """Cut to the ink, without specks, and without what comes in from the edges of the picture."""
    spots, count = ndimage.label(ink > FAINTEST, structure=np.ones((3, 3)))
    if count == 0:
        raise DataError(
            "Nothing is left of the picture at this threshold. Lower the threshold, or invert it."
        )
    if not crop:
        return ink
    weight = ndimage.sum_labels(ink, spots, np.arange(1, count + 1))
    keep = _inside(spots, weight)
    keep &= weight >= SPECK * weight[keep].max()
    alone: Grey = np.where(np.concatenate([[False], keep])[spots], ink, 0)
    rows, columns = (np.flatnonzero((alone > FAINTEST).any(axis)) for axis in (1, 0))
    return alone[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _inside(spots: np.ndarray, weight: np.ndarray) -> Bool[np.ndarray, "n"]:
    """Spots that do not touch the edges; all, where those have too little ink to be the drawing."""
    edges = np.concatenate([spots[0], spots[-1], spots[:, 0], spots[:, -1]])
    inside = ~np.isin(np.arange(1, len(weight) + 1), edges)
    enough = inside.any() and weight[inside].max() > 0.1 * weight.max()
    return inside if enough else np.ones_like(inside)


# --- the frame -------------------------------------------------------------------------------------


def _scaled(ink: Grey, side: int) -> Grey:
    """The larger side becomes `side`; proportions stay."""
    height, width = ink.shape
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (width, height):
        return ink
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    scaled: Grey = np.asarray(Image.fromarray(ink).resize(size, how)).clip(0, 1)
    return scaled


def _placed(ink: Grey, shape: tuple[int, int], *, by_mass: bool) -> Grey:
    """On a black picture, on whole pixels, with the centre of mass or the box in the middle."""
    start = []
    for axis, (side, length) in enumerate(zip(shape, ink.shape, strict=True)):
        middle = (side - length) / 2
        if by_mass:
            mass = ink.sum(1 - axis)
            # MNIST's mass lies in the middle of pixel 14 of 28, half a pixel after the middle.
            middle = (side + 1) / 2 - float(mass @ (np.arange(length) + 0.5)) / float(mass.sum())
        start.append(round(min(max(middle, 0), side - length)))
    picture = np.zeros(shape, np.float32)
    picture[start[0] : start[0] + ink.shape[0], start[1] : start[1] + ink.shape[1]] = ink
    return picture


def _bytes(values: Grey) -> UInt8[np.ndarray, "_ _"]:
    pixels: UInt8[np.ndarray, "_ _"] = np.rint(255 * values.clip(0, 1)).astype(np.uint8)
    return pixels
