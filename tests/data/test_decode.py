"""One picture file to an image: upright, cropped, on white, or refused."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.data.made_up import picture, plain
from ui.reconstruct import uploading
from vae.config import Shape
from vae.data.decode import SUFFIXES, decode

GREY: Shape = (1, 8, 8)


def middle(data: bytes, channels: int = 1) -> list[int]:
    """The values of the middle pixel."""
    image = decode(data, (1 if channels == 1 else 3, 8, 8))
    assert image is not None
    return [int(value) for value in image[:, 4, 4]]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
def test_formats(kind: str) -> None:
    """Each format gives a picture of the size asked for, with its colour."""
    data = picture(Image.new("RGB", (40, 30), (255, 0, 0)), kind)
    np.testing.assert_allclose(middle(data, 3), [255, 0, 0], atol=4)


def test_colour_turns_grey() -> None:
    """Grey is the luma of ITU-R 601: 0.299 R + 0.587 G + 0.114 B."""
    data = picture(Image.new("RGB", (9, 9), (100, 200, 50)))
    assert middle(data) == [round(0.299 * 100 + 0.587 * 200 + 0.114 * 50)]


def test_grey_turns_colour() -> None:
    """A grey picture asked for in colour has three equal channels."""
    assert middle(plain(77), 3) == [77, 77, 77]


def test_the_middle_is_kept() -> None:
    """A wide picture loses its left and right, not its proportions."""
    wide = Image.new("L", (24, 8), 0)
    wide.paste(200, (8, 0, 16, 8))
    image = decode(picture(wide), GREY)
    assert image is not None
    assert np.unique(image).tolist() == [200]


def test_exif_turns_the_picture() -> None:
    """A picture stored on its side (orientation 6) stands upright."""
    stored = Image.new("L", (16, 16), 0)
    stored.paste(255, (0, 0, 8, 16))  # left half, which is the top once turned clockwise
    exif = Image.Exif()
    exif[0x0112] = 6
    image = decode(picture(stored, exif=exif), GREY)
    assert image is not None
    assert image[0, 0].min() > 200
    assert image[0, -1].max() < 50


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_lies_on_white(mode: str) -> None:
    """What is transparent is white, as viewers show it."""
    clear = Image.new("RGBA", (12, 12), (0, 0, 0, 0))
    data = picture(clear.convert("P") if mode == "PA" else clear.convert(mode))
    assert middle(data) == [255]


def test_half_transparency_is_blended() -> None:
    """Black at half opacity is a middle grey."""
    assert middle(picture(Image.new("RGBA", (12, 12), (0, 0, 0, 128)))) == [127]


def test_sixteen_bits_are_scaled() -> None:
    """Sixteen bits of grey are scaled to eight instead of being clipped."""
    deep = Image.fromarray(np.full((12, 12), 40_000, dtype=np.uint16))
    assert middle(picture(deep)) == [round(255 * 40_000 / 65_535)]


def test_the_first_frame_is_taken() -> None:
    """Of an animation the first frame counts."""
    frames = [Image.new("L", (12, 12), value) for value in (0, 255)]
    data = picture(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert middle(data) == [0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        plain()[:40],
        picture(Image.effect_noise((64, 64), 50))[:-900],
        picture(Image.effect_noise((64, 64), 50), "JPEG")[:600],
    ],
    ids=["empty", "text", "header", "cut PNG", "cut JPEG"],
)
def test_damage_is_none(data: bytes) -> None:
    """What cannot be read is None, never an exception."""
    assert decode(data, GREY) is None


def bomb(width: int, height: int) -> bytes:
    """A small PNG that states a huge size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [8_001, 50_000, 2**31 - 1])
def test_a_bomb_is_none(side: int) -> None:
    """A file that would unpack to over 64 million pixels is refused before it is unpacked."""
    assert decode(bomb(side, side), GREY) is None


def drawing(grey: int, ground: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Image.Image:
    """A square of one grey on a ground."""
    image = Image.new("RGBA", (16, 16), ground)
    image.paste((grey, grey, grey, 255), (4, 4, 12, 12))
    return image


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
@pytest.mark.parametrize("grey", [255, 200])
def test_light_ink_lies_on_black(grey: int, mode: str) -> None:
    """Light ink on a transparent ground stays to be seen, and keeps its value."""
    image = decode(picture(drawing(grey).convert(mode)), GREY)
    assert image is not None
    assert image[0, 0, 0] == 0
    assert int(image[0, 4, 4]) == pytest.approx(grey, abs=6)  # a sharper edge than there is


def test_ink_with_dark_parts_lies_on_white() -> None:
    """A light picture with a dark part is laid on white, as viewers do."""
    mixed = drawing(255)
    mixed.paste((0, 0, 0, 255), (4, 4, 12, 8))
    image = decode(picture(mixed), GREY)
    assert image is not None
    assert image[0, 0, 0] == 255


def test_colours_below_transparency_do_not_count() -> None:
    """A large picture is averaged by what is opaque: what hides below the ground does not shine through."""
    large = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    large.paste((0, 0, 255, 255), (0, 0, 64, 33))
    image = decode(picture(large), (3, 8, 8))
    assert image is not None
    assert int(image[0].max()) == pytest.approx(255, abs=2)  # white ground
    assert (image[0] >= image[1]).sum() == (image[0] == image[1]).sum()  # nowhere redder than green


@pytest.mark.parametrize("size", [(300, 200), (201, 299), (64, 64)])
def test_strips_are_the_whole(size: tuple[int, int]) -> None:
    """A picture that is averaged strip by strip is the picture averaged at once."""
    values = np.random.default_rng(0).normal(128, 60, size[::-1])
    noise = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    image = decode(picture(noise), GREY)
    once = np.asarray(ImageOps.fit(noise, (8, 8), Image.Resampling.LANCZOS))
    assert image is not None
    np.testing.assert_allclose(image[0], once, atol=6)


def test_what_is_offered_is_what_is_read() -> None:
    """The uploader takes the kinds of files that a folder takes."""
    assert {f".{kind}" for kind in uploading.TYPES} == set(SUFFIXES)


@pytest.mark.parametrize("kind", ["TIFF", "PPM"])
def test_further_formats(kind: str) -> None:
    """TIFF and the portable maps are read."""
    assert middle(picture(Image.new("L", (40, 30), 90), kind)) == [90]
