"""A file of weights without the place where its images lay, which is one on another machine."""

import json
import shutil
from pathlib import Path

from vae.untrusted import open_regular
from vae.weights.container import METADATA, opened
from vae.weights.header import header_of


def without_place(path: Path) -> None:
    """Take the place of the images out of a file's settings; all else stays as it is.

    Raises:
        CheckpointError: it does not come through the gate.
        OSError: it cannot be written.
    """
    with opened(path) as file:
        header = header_of(file)
        if header.config.data.path is None:
            return
        start, metadata = file.start, dict(file.metadata)
        tensors = file.described
    data = header.config.data.replace(path=None)
    config = header.config.replace(data=data).model_dump(mode="json")
    metadata["header"] = json.dumps({**header.told, "config": config})
    text = json.dumps({METADATA: metadata, **tensors}).encode()
    text += b" " * (-len(text) % 8)  # so that tensors stay aligned
    aside = path.with_name(f".{path.name}.placeless")
    with open_regular(path) as source, aside.open("wb") as target:
        source.seek(start)
        target.write(len(text).to_bytes(8, "little") + text)
        shutil.copyfileobj(source, target, 2**20)
    aside.replace(path)
