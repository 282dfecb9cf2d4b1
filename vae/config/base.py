"""What all settings are: frozen, validated once; and the sentence on what is wrong with them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vae.errors import ConfigError
from vae.untrusted import shortened

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


_LONGEST = 200
"""Letters of what pydantic says of a value, which may list many."""


def _sentence(error: ValidationError) -> str:
    """The first thing wrong, as `where: what (found ...)`; what is quoted has an end."""
    first = error.errors(include_url=False)[0]
    places = first["loc"]
    kept = [part for i, part in enumerate(places) if i == 0 or places[i - 1] not in _VARIANTS]
    where = shortened(".".join(shortened(str(part)) for part in kept), 2 * 60)
    found = first["input"]
    simple = isinstance(found, str | int | float | bool)
    shown = f" (found {shortened(repr(found))})" if simple else ""
    match first["type"]:
        case "extra_forbidden":
            return f"Unknown setting '{where}'. Check its spelling, or drop it: there is no such option here."
        case "union_tag_not_found":
            return f"{where}: needs a 'kind'."
        case "union_tag_invalid":
            tag, known = (first["ctx"][key] for key in ("tag", "expected_tags"))
            return f"{where}: no kind {shortened(repr(tag))}. Choose one of {known}."
    what = shortened(first["msg"].removeprefix("Value error, "), _LONGEST)
    return f"{where}: {what}{shown}." if where else f"{what[0].upper()}{what[1:]}{shown}."
