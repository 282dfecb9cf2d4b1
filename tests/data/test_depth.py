"""Pictures of more than eight bits a value are scaled by the bits that they use, or refused in words."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.data.made_up import picture, plain
from vae.data.decode import bits_used, decode
from vae.data.prepare import prepare
from vae.errors import DataError

COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def deep_png(values: NDArray[np.uint16]) -> bytes:
    """A PNG of 16 bits a value [h w c], written by the PNG standard: Pillow cannot write colour so."""
    height, width, channels = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 16, COLOUR_TYPES[channels], 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def half_white(bits: int, channels: int = 1) -> NDArray[np.uint16]:
    """Black on the left; on the right the largest value that so many bits hold."""
    values = np.zeros((16, 16, channels), np.uint16)
    values[:, 8:] = 2**bits - 1
    if channels in (2, 4):
        values[..., -1] = 2**16 - 1  # opaque
    return values


def ends(data: bytes, channels: int = 1, bits: int | None = None) -> list[int]:
    """The smallest and the largest value of what is made of a file."""
    image = decode(data, (1 if channels == 1 else 3, 8, 8), bits)
    assert image is not None
    return [int(image.min()), int(image.max())]


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_values_are_scaled_by_the_bits_that_are_used(bits: int, channels: int) -> None:
    """Ten or twelve bits in sixteen go from black to white, in grey, in colour and with transparency."""
    data = deep_png(half_white(bits, channels))
    assert bits_used(data) == bits
    assert ends(data, channels) == [0, 255]


def test_colours_keep_their_lower_bits() -> None:
    """Of twelve bits of colour all count, not only the four that the upper bytes hold."""
    values = half_white(12, 3)
    values[:, 8:] = (4095, 2047, 1000)
    image = decode(deep_png(values), (3, 8, 8))
    assert image is not None
    wanted = [round(255 * value / 4095) for value in (4095, 2047, 1000)]
    assert image[:, 4, 7].tolist() == wanted


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_deep_tiff(compression: str | None) -> None:
    """A grey TIFF of twelve bits is scaled as a PNG is."""
    grey = Image.fromarray(half_white(12)[..., 0])
    assert ends(picture(grey, "TIFF", compression=compression)) == [0, 255]


def test_a_folder_is_scaled_alike() -> None:
    """With the bits of the whole folder a darker picture stays darker than the others."""
    dark = deep_png(half_white(10))
    assert ends(dark, bits=12)[1] == pytest.approx(255 * 1023 / 4095, abs=2)


def test_most_files_have_eight_bits() -> None:
    """Their head tells, and nothing is scaled; what cannot be read says nothing either."""
    assert bits_used(plain()) is None
    assert bits_used(b"no picture") is None
    assert ends(plain(7)) == [7, 7]


def test_fractions_go_from_0_to_1() -> None:
    """A TIFF of floating-point numbers from 0 to 1 is black to white."""
    ramp = Image.fromarray(np.tile(np.linspace(0, 1, 16, dtype=np.float32), (16, 1)))
    image = decode(picture(ramp, "TIFF"), (1, 16, 16))
    assert image is not None
    np.testing.assert_array_equal(image[0, 0], np.round(255 * np.linspace(0, 1, 16)))


@pytest.mark.parametrize(
    "values",
    [
        np.full((16, 16), 3.5, np.float32),
        np.full((16, 16), np.nan, np.float32),
        np.full((16, 16), -1, np.int32),
        np.full((16, 16), 100_000, np.int32),
    ],
    ids=["large fractions", "NaN", "negative", "32 bits"],
)
def test_unknown_scales_are_refused(values: NDArray[np.generic]) -> None:
    """Where nobody says what is black and white, the sentence names what was found and the remedy."""
    with pytest.raises(DataError, match=r"values of the picture go from .* Save it with 8 bits"):
        prepare(picture(Image.fromarray(values), "TIFF"), (1, 28, 28))


def test_what_cannot_be_read_finely_is_refused() -> None:
    """Grey with transparency of which ten of sixteen bits are used would be four shades: it is refused."""
    with pytest.raises(DataError, match="uses 10 of them"):
        prepare(deep_png(half_white(10, 2)), (1, 28, 28))


def test_a_twelve_bit_drawing_is_framed(tmp_path: Path) -> None:
    """A drawing of twelve bits in sixteen is framed as the same drawing of eight."""
    drawn = np.zeros((100, 100), np.uint8)
    drawn[20:80, 40:60] = 255
    deep = deep_png((drawn.astype(np.uint16) * 16)[..., None])
    eight = prepare(picture(Image.fromarray(drawn)), (1, 28, 28)).pixels
    np.testing.assert_allclose(prepare(deep, (1, 28, 28)).pixels, eight, atol=4)
