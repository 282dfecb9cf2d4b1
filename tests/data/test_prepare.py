"""A photograph of a digit becomes the digit again, or a sentence says what to do."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.data.made_up import picture
from tests.data.test_decode import bomb
from vae.config import Shape
from vae.data.embedded import embedded_digits
from vae.data.prepare import Settings, prepare
from vae.errors import DataError
from vae.framing import DIGITS, FRAMINGS, Framing

SHAPE: Shape = (1, 28, 28)
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def digits() -> Pixels:
    """One of each digit of MNIST."""
    found: Pixels = embedded_digits()[0][4500:4510, 0].numpy()
    return found


def prepared(image: Image.Image, kind: str = "PNG", **options: object) -> Pixels:
    """What a model is given of a picture file."""
    found: Pixels = prepare(picture(image, kind, **options), SHAPE).pixels[0]
    return found


def likeness(found: Pixels, digit: Pixels) -> float:
    """Correlation of two pictures, at best a pixel apart: where mass rounds to is a matter of taste."""
    moved = [np.roll(found, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    return max(float(np.corrcoef(each.ravel(), digit.ravel())[0, 1]) for each in moved)


def photograph(digit: Pixels, seed: int = 0) -> Image.Image:
    """A digit in ink, small and off-centre, on paper in uneven light, with the noise of a camera."""
    random = np.random.default_rng(seed)
    height, width, side = 1200, 900, int(random.integers(300, 500))
    ink = np.zeros((height, width))
    top, left = (int(random.integers(40, room - side - 40)) for room in (height, width))
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    ink[top : top + side, left : left + side] = np.asarray(large) / 255
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    light = 0.92 - 0.4 * (random.uniform() * down + random.uniform() * across) / 2
    seen = light * (1 - 0.8 * ink) + random.normal(0, 0.02, ink.shape)
    return Image.fromarray((255 * np.clip(seen, 0, 1)).astype(np.uint8))


# --- good pictures ----------------------------------------------------------------------------------


def test_a_photograph_becomes_the_digit(digits: Pixels) -> None:
    """Uneven light, noise, size and place of a photograph are taken out."""
    found = [
        likeness(prepared(photograph(digit, i), "JPEG", quality=85), digit)
        for i, digit in enumerate(digits)
    ]
    assert min(found) > 0.93


def test_mnist_stays_itself(digits: Pixels) -> None:
    """What is framed as MNIST is comes back as it was, but for what is fainter than ink."""
    for digit in digits:
        np.testing.assert_allclose(prepared(Image.fromarray(digit)), digit, atol=8)


@pytest.mark.parametrize(
    "mode", ["inverted", "transparent", "16 bits", "colour", "CMYK", "animated"]
)
def test_ways_to_store_a_digit(digits: Pixels, mode: str) -> None:
    """However a digit is stored, it is the same digit."""
    digit = digits[5]
    paper = Image.fromarray(255 - digit)
    clear = Image.new("RGBA", (28, 28), (0, 0, 0, 0))
    clear.putalpha(Image.fromarray(digit))
    files = {
        "inverted": picture(paper),
        "transparent": picture(clear),
        "16 bits": picture(Image.fromarray(digit.astype(np.uint16) << 8)),
        "colour": picture(Image.merge("RGB", [paper] * 3)),
        "CMYK": picture(paper.convert("CMYK"), "JPEG", quality=100),
        "animated": picture(paper, "GIF", save_all=True, append_images=[Image.new("L", (28, 28))]),
    }
    assert likeness(prepare(files[mode], SHAPE).pixels[0], digit) > 0.98


def test_a_photograph_on_its_side(digits: Pixels) -> None:
    """A camera held sideways says so in the file, and the digit stands upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = photograph(digits[7]).transpose(Image.Transpose.ROTATE_90)
    assert likeness(prepared(stored, "JPEG", exif=exif), digits[7]) > 0.93


def test_a_photograph_of_a_telephone(digits: Pixels) -> None:
    """HEIC is read."""
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    assert likeness(prepared(photograph(digits[3]), "HEIF"), digits[3]) > 0.93


def test_a_wide_photograph_is_read_small(digits: Pixels) -> None:
    """20,000 pixels of width are no reason to refuse a picture that fits in memory."""
    wide = photograph(digits[2]).resize((20_000, 2_400))
    result = prepare(picture(wide, "JPEG"), SHAPE)
    assert max(result.steps[0].pixels.shape) <= 640
    assert result.pixels.max() > 200


def test_ink_is_framed_as_the_data_frames_it(digits: Pixels) -> None:
    """The larger side of the ink is 20 of 28, its mass in the middle; others fill their picture."""
    small = prepared(photograph(digits[9]), "JPEG")
    rows, columns = np.nonzero(small)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    assert np.average(np.arange(28), weights=small.sum(1)) == pytest.approx(14, abs=0.51)
    assert np.average(np.arange(28), weights=small.sum(0)) == pytest.approx(14, abs=0.51)
    sprite = prepare(picture(photograph(digits[9]), "JPEG"), (1, 64, 64), FRAMINGS["sprites"])
    rows, columns = np.nonzero(sprite.pixels[0])
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == round(0.4 * 64)


def test_own_pictures_keep_their_colours() -> None:
    """Without a framing a picture is cut to shape, and nothing is taken for ink."""
    wide = Image.new("RGB", (90, 30), (200, 30, 60))
    found = prepare(picture(wide), (3, 16, 16), None)
    np.testing.assert_array_equal(found.pixels[:, 8, 8], [200, 30, 60])
    assert [step.name for step in found.steps] == ["upright", "cut to shape"]


# --- what a person corrects ---------------------------------------------------------------------------


def test_every_step_is_shown(digits: Pixels) -> None:
    """The steps have names and pictures; the last one is the result, the settings are filled in."""
    found = prepare(picture(photograph(digits[0])), SHAPE)
    names = [step.name for step in found.steps]
    assert names == [
        "upright",
        "grey",
        "inverted",
        "levelled",
        "cropped",
        "scaled",
        "centred by mass",
    ]
    np.testing.assert_array_equal(found.steps[-1].pixels, found.pixels[0])
    assert found.settings.invert is True
    assert found.settings.threshold is not None
    assert found.settings.margin == pytest.approx(4 / 28)


def test_settings_override_what_was_found_out(digits: Pixels) -> None:
    """Not inverted, not cropped, not centred, with another margin or turned: as the person says."""
    data = picture(Image.fromarray(digits[4]))
    whole = prepare(data, SHAPE, settings=Settings(crop=False, margin=0.0, centre=False))
    np.testing.assert_allclose(whole.pixels[0], digits[4], atol=1)
    narrow = prepare(data, SHAPE, settings=Settings(margin=0.25)).pixels[0]
    rows, columns = np.nonzero(narrow)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 14
    turned = prepare(data, SHAPE, settings=Settings(turn=90.0)).pixels[0]
    assert likeness(np.rot90(turned), digits[4]) > 0.95
    with pytest.raises(DataError, match="invert"):
        prepare(data, SHAPE, settings=Settings(invert=True))


def test_a_threshold_takes_faint_lines_for_paper() -> None:
    """A pencil line beside a thick one goes, where the threshold lies above it."""
    drawn = np.zeros((100, 100), np.uint8)
    drawn[20:80, 30:36] = 255
    drawn[20:80, 60:66] = 60
    both = prepare(picture(Image.fromarray(drawn)), SHAPE).pixels[0]
    one = prepare(picture(Image.fromarray(drawn)), SHAPE, settings=Settings(threshold=0.5)).pixels[
        0
    ]
    assert np.count_nonzero(both.any(0)) > np.count_nonzero(one.any(0))


# --- bad pictures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"not a picture", "no picture"),
        (picture(Image.effect_noise((64, 64), 50))[:-900], "damaged or cut off"),
        (picture(Image.effect_noise((64, 64), 50), "JPEG")[:600], "damaged or cut off"),
        (bomb(50_000, 50_000), "too large"),
        (bomb(20_000, 20_000), "too large"),
        (bytes(65 << 20), "smaller"),
        (picture(Image.new("L", (1, 1))), "at least 8 by 8"),
        (picture(Image.new("L", (300, 300), 128)), "blank"),
        (picture(Image.new("L", (300, 300), 255)), "blank"),
        (picture(Image.new("RGBA", (300, 300), (0, 0, 0, 0))), "blank"),
        (picture(Image.effect_noise((300, 300), 8)), "blank"),
    ],
    ids=["empty", "text", "cut PNG", "cut JPEG", "bomb", "huge", "heavy", "pixel", "grey", "white",
         "clear", "noise"],
)  # fmt: skip
def test_a_bad_picture_is_a_sentence(data: bytes, said: str) -> None:
    """It says what was found and what to do."""
    with pytest.raises(DataError, match=said) as error:
        prepare(data, SHAPE)
    assert str(error.value).count(".") >= 2


def test_a_threshold_above_all_ink_is_a_sentence(digits: Pixels) -> None:
    """Where nothing is left, it says how to get it back."""
    faint = Image.fromarray((digits[1] * 0.4).astype(np.uint8))
    with pytest.raises(DataError, match="Lower the threshold"):
        prepare(picture(faint), SHAPE, settings=Settings(threshold=0.9))


@pytest.mark.parametrize("framing", [DIGITS, Framing(fill=1.0, centre="box"), None])
@pytest.mark.parametrize("size", [(8, 8), (8, 900), (900, 8), (29, 13)])
def test_any_size_gives_the_shape(size: tuple[int, int], framing: Framing | None) -> None:
    """Narrow or small, the result has the shape asked for."""
    drawn = Image.new("L", size, 255)
    drawn.paste(0, (size[0] // 3, size[1] // 3, 2 * size[0] // 3, 2 * size[1] // 3))
    assert prepare(picture(drawn), SHAPE, framing).pixels.shape == SHAPE
