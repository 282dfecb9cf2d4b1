"""Images as points: their codes, what is known of each, and maps that were made of them.

A file of points is an .npz that holds arrays only: nothing in it can run code. `mu` and `logvar`
[n d]; `labels` and `file` [n]; `value/NAME` in nats per image and `factor/NAME` [n]; `map/NAME`
[n 2] or [n 3]; `about`, a JSON text with the names of the classes and what the images are.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from jaxtyping import Float, Int

from vae.errors import DataError
from vae.files import AnyPath, write_atomically

Column = npt.NDArray[Any]
"""A number an image."""


@dataclass(frozen=True, eq=False)
class Points:
    """q(z|x) of images, and columns of what else is known of them.

    Raises:
        DataError: arrays of different lengths.
    """

    mu: Float[np.ndarray, "n d"]
    logvar: Float[np.ndarray, "_ _"] | None = None
    """None for a plain autoencoder, whose codes have no spread."""
    labels: Int[np.ndarray, "_"] | None = None
    classes: tuple[str, ...] = ()
    values: Mapping[str, Column] = field(default_factory=dict)
    """In nats per image: `kl`, `recon`, and `log_px` by importance samples."""
    factors: Mapping[str, Column] = field(default_factory=dict)
    maps: Mapping[str, Column] = field(default_factory=dict)
    """Places [n 2] or [n 3] by the name of what made them."""
    files: tuple[str, ...] | None = None
    """The name of each image's file, where it has one of its own."""
    note: str = ""
    """What the images are, in a sentence."""
    source: str = ""
    """Which images: the data's name and its part, such as `embedded all`."""
    weights: str = ""
    """SHA-256 of the file of the model's weights; empty where the codes are of no file."""

    def __post_init__(self) -> None:
        """Every array has a row an image."""
        columns = {"logvar": self.logvar, "labels": self.labels, **self.values, **self.factors}
        for name, column in {**columns, **self.maps, "file": self.files}.items():
            if column is not None and len(column) != len(self.mu):
                raise DataError(
                    f"{len(self.mu):,} codes, but {len(column):,} rows of {name}: they are not of the "
                    "same images. Project them anew."
                )

    def __len__(self) -> int:
        """How many images there are."""
        return len(self.mu)

    def with_(self, **changes: Any) -> "Points":
        """A copy with other fields."""
        return replace(self, **changes)

    def write(self, path: AnyPath, *, small: bool = False) -> None:
        """Save to a file.

        `small` rounds means to 1/64 and log variances to 1/8, far below what a map can show, and
        keeps codes and maps as float16: the file has a third of the size.
        """
        logvar = None if self.logvar is None or not small else np.round(self.logvar * 8) / 8
        rounded = self.with_(mu=np.round(self.mu * 64) / 64, logvar=logvar) if small else self
        write_atomically(Path(path), rounded.npz(small=small))

    def npz(self, *, small: bool = False) -> bytes:
        """The arrays as a file: what is measured in nats as float32, as the rest if not `small`."""
        place = _half if small else _single
        names = ("classes", "note", "source", "weights")
        about = {name: getattr(self, name) for name in names}
        arrays: dict[str, Column] = {"mu": place(self.mu)}
        if self.logvar is not None:
            arrays["logvar"] = place(self.logvar)
        if self.labels is not None:
            arrays["labels"] = self.labels.astype(np.int32)
        if self.files is not None:
            arrays["file"] = np.array(self.files, np.str_)
        arrays |= {f"value/{name}": _single(column) for name, column in self.values.items()}
        arrays |= {f"factor/{name}": np.asarray(column) for name, column in self.factors.items()}
        arrays |= {f"map/{name}": place(places) for name, places in self.maps.items()}
        arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
        return _npz(arrays)

    @classmethod
    def read(cls, path: AnyPath) -> "Points":
        """The points of a file.

        Raises:
            DataError: no such file, or not one of these.
        """
        try:
            with Path(path).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            about = json.loads(arrays.pop("about").tobytes())
            return cls._of(arrays, about)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            if isinstance(error, DataError):
                raise
            raise DataError(
                f"{path} is damaged or no file of points. Delete it: it is made anew."
            ) from error

    @classmethod
    def _of(cls, arrays: dict[str, Column], about: dict[str, Any]) -> "Points":
        def named(kind: str, as_type: Any = None) -> dict[str, Column]:
            start = f"{kind}/"
            found = {k.removeprefix(start): v for k, v in arrays.items() if k.startswith(start)}
            return {k: v.astype(as_type) if as_type else v for k, v in found.items()}

        logvar = arrays.get("logvar")
        return cls(
            mu=arrays["mu"].astype(np.float32),
            logvar=None if logvar is None else logvar.astype(np.float32),
            labels=arrays.get("labels"),
            files=tuple(map(str, arrays["file"].tolist())) if "file" in arrays else None,
            values=named("value", np.float32),
            factors=named("factor"),
            maps=named("map", np.float32),
            **about | {"classes": tuple(about["classes"])},
        )


def _single(values: Column) -> npt.NDArray[np.float32]:
    return np.asarray(values, np.float32)


def _half(values: Column) -> Column:
    """As float16; as float32 where a value is too large for that."""
    fits = np.abs(values).max(initial=0) <= np.finfo(np.float16).max
    return values.astype(np.float16) if fits else _single(values)


def _npz(arrays: Mapping[str, Column]) -> bytes:
    """The arrays as numpy.load reads them; numpy.savez takes none that is called `file`."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
    return out.getvalue()
