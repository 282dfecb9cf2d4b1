"""What all settings are: frozen, validated once; and the sentence on what is wrong with them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vae.errors import ConfigError

Shape = tuple[Literal[1, 3], int, int]
"""Channels, height and width of an image."""

Width = Annotated[int, Field(ge=1, le=8192)]
LatentDim = Annotated[int, Field(ge=1, le=256)]
Weight = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
"""Factor of a term of the loss."""


class Config(BaseModel):
    """Base of all settings: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def replace(self, **changes: Any) -> Self:
        """A validated copy with some settings changed."""
        return parse(type(self), self.model_dump() | changes)


T = TypeVar("T")


def parse(kind: type[T], settings: Mapping[str, Any] | str) -> T:
    """Settings from a mapping or JSON text; ConfigError in one sentence where they are wrong."""
    adapter: TypeAdapter[T] = TypeAdapter(kind)
    try:
        if isinstance(settings, str):
            return adapter.validate_json(settings)
        return adapter.validate_python(settings)
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from None


_VARIANTS = {"model", "objective", "backbone", "likelihood", "prior"}
"""Settings that come in kinds; pydantic puts the kind's name behind theirs."""


def _sentence(error: ValidationError) -> str:
    """The first thing wrong, as `where: what (found ...)`."""
    first = error.errors()[0]
    places = first["loc"]
    kept = [part for i, part in enumerate(places) if i == 0 or places[i - 1] not in _VARIANTS]
    where = ".".join(str(part) for part in kept)
    found = first["input"]
    shown = f" (found {found!r})" if isinstance(found, str | int | float | bool) else ""
    match first["type"]:
        case "extra_forbidden":
            return f"Unknown setting '{where}'. Check its spelling, or drop it: there is no such option here."
        case "union_tag_not_found":
            return f"{where}: needs a 'kind'."
        case "union_tag_invalid":
            context = first["ctx"]
            return f"{where}: no kind {context['tag']!r}. Choose one of {context['expected_tags']}."
    what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {what}{shown}." if where else f"{what[0].upper()}{what[1:]}{shown}."
