"""What a session and its address remember: the only file that names session keys and URL parameters.

A widget's value dies when its page is left, so what must last is kept under a key of its own.
"""

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

MODEL = "model"
"""In the address and the session: which model is explored."""
RUN = "run"
"""In the address and the session: which training is shown."""
CODE = "z"
"""In the address: the units that are not zero, such as 7:1.25,2:-0.5."""
LABEL = "y"
"""In the address: the label of a conditional model."""
MAP_IMAGES, MAP_METHOD, MAP_DIMS = "images", "method", "dims"
"""In the address and the session: which images are on the map, and how it is made."""
MAP_PERPLEXITY, MAP_NEIGHBOURS, MAP_SEED = "perplexity", "neighbours", "mapseed"
MAP_BELOW = "below"

MODEL_PICKER = "model picker"
LABEL_PICKER = "label picker"
RUN_PICKER = "run picker"
PRESET_PICKER = "preset picker"
EXPLORER = "explorer"
GENERATOR = "generator"
INTERPOLATOR = "interpolator"
DRAWING = "drawing"
UPLOAD = "upload"
WAY = "way in"
_PICTURES = "pictures"
_PICTURE_PUSH = "picture push"
_LAST = "last"
COMPARISON = "comparison"
PANES = "panes"
"""In the address: the two models of the panes; and the key of their element."""
_PANES_KEPT = "panes kept"
LAYOUT = "layout"
"""In the address: how models are put side by side."""
COMPARED = "models"
"""In the address and the session: which models stand side by side, with commas between."""
COMPARED_PICKER = "compared picker"
FAMILY_PICKER = "family picker"
SWEEP = "sweep"
"""Key of the widgets that describe a sweep."""
FOREIGN = "foreign loss"
"""Key of the widgets that describe a loss from elsewhere."""
LAYOUT_PICKER = "layout picker"
PANE_PICKERS = ("left picker", "right picker")
MAP = "map"
SCORED = "scored"
SCORED_CODES = "scored codes"
SCORED_FACTORS = "scored factors"
SCORED_METRIC = "scored metric"
SCORED_STRIPS = "scored strips"
_VIEWS = "views"
_FIELDS = "fields"
_CODES = "codes"
_PUSHED = "pushed"
_PROBLEMS = "problems"
_NOTICE = "notice"
_SAID = "said"
_DISCARDED = "discarded"
_ASKED = "settings asked for"
_SETTING = "setting "
TIMELINE = "timeline"
MEMORY = "memory"
LEVERS = "levers"
ELSEWHERE = "elsewhere"
_LEVER = "lever "
_FOLLOWED = "followed "
_BRANCH = "branch"
_BRANCHED = "just branched"
_BROWSER = "browser"


def chosen(what: str, options: Sequence[str], picker: str) -> str | None:
    """The option that the address asks for, else the session's, else the first; None for none.

    The address and the picker follow. `asked_in_vain` tells of an address without such an option.
    """
    asked = st.query_params.get(what)
    kept = st.session_state.get(what)
    option = next((o for o in (asked, kept) if o in options), options[0] if options else None)
    if asked is not None and asked not in options:
        st.session_state[_NOTICE] = asked
    choose(what, option)
    st.session_state[picker] = option
    return option


def wanted(what: str) -> str | None:
    """What the address asks for, else what was chosen last."""
    asked: str | None = st.query_params.get(what) or st.session_state.get(what)
    return asked


def current(what: str) -> str | None:
    """The choice that was last made."""
    option: str | None = st.session_state.get(what)
    return option


def is_asked(what: str) -> bool:
    """Whether the address names a choice."""
    return what in st.query_params


def choose(what: str, option: str | None) -> None:
    """Keep a choice in the session and in the address."""
    st.session_state[what] = option
    if option is None:
        st.query_params.pop(what, None)
    elif st.query_params.get(what) != option:
        st.query_params[what] = option


def take_choice(what: str, picker: str, options: Container[str]) -> None:
    """Keep what a picker was set to; a picker whose option's title just changed holds the title."""
    if st.session_state[picker] in options:
        choose(what, st.session_state[picker])


def picker(what: str) -> str:
    """The key of the widget that picks something."""
    return f"{what} picker"


def asked_in_vain() -> str | None:
    """What the address asked for and was not there; told once."""
    asked: str | None = st.session_state.pop(_NOTICE, None)
    return asked


def tell(sentence: str) -> None:
    """Say something at the next drawing, for a callback, which cannot draw."""
    st.session_state[_SAID] = sentence


def told() -> str | None:
    """What a callback had to say; told once."""
    said: str | None = st.session_state.pop(_SAID, None)
    return said


# --- the code z -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Push:
    """What the live element is given to begin with."""

    of: tuple[object, ...]
    z: tuple[float, ...]
    label: int
    revision: int


def push(model: str, units: int, classes: int, limit: float) -> Push:
    """The code and label that were last seen, or that the address holds.

    Another push for another model, and when the element is drawn anew, as after a visit to another
    page; else the same one, so that the hand keeps what it holds.
    """
    of = (model, units, classes)
    last: Push | None = st.session_state.get(_PUSHED)
    if last is None or last.of != of or EXPLORER not in st.session_state:
        code = _kept_code(model)
        values = (code.get(unit, 0.0) for unit in range(units))
        z = tuple(max(-limit, min(limit, v)) for v in values)
        last = Push(of, z, _kept_label(classes), last.revision + 1 if last else 1)
        st.session_state[_PUSHED] = last
    return last


def keep(model: str, z: Sequence[float], label: int | None) -> None:
    """Remember a code and a label, in the address too; no label of a model that knows none."""
    _codes()[model] = dict(enumerate(z))
    _write(CODE, format_code(z))
    if label is not None:
        st.session_state[LABEL] = label
    _write(LABEL, "" if label is None else str(label))


def problem(model: str, version: str) -> str:
    """Why the browser cannot decode with these weights; empty where nothing is known against it."""
    found: str = st.session_state.get(_PROBLEMS, {}).get((model, version), "")
    return found


def keep_problem(model: str, version: str, why: str) -> None:
    """Remember that the browser cannot decode with these weights, until the page is loaded anew."""
    st.session_state.setdefault(_PROBLEMS, {})[model, version] = why


def _codes() -> dict[str, dict[int, float]]:
    """Units and values by model. The address counts for the model that is seen first."""
    codes: dict[str, dict[int, float]] = st.session_state.setdefault(_CODES, {})
    return codes


def _kept_code(model: str) -> dict[int, float]:
    codes = _codes()
    if model not in codes:
        codes[model] = parse_code(st.query_params.get(CODE, "")) if not codes else {}
    return codes[model]


def _kept_label(classes: int) -> int:
    kept = str(st.session_state.get(LABEL, st.query_params.get(LABEL, "")))
    label = int(kept) if kept.isdecimal() else 0
    return label if label < classes else 0


def _write(parameter: str, value: str) -> None:
    """Put a value into the address; an empty one out of it."""
    if not value:
        st.query_params.pop(parameter, None)
    elif st.query_params.get(parameter) != value:
        st.query_params[parameter] = value


def slider(model: str, unit: int) -> str:
    """The key of a unit's slider."""
    return f"slider {unit} of {model}"


def prepare_sliders(model: str, units: int, limit: float) -> None:
    """Give sliders that are drawn anew the code that was last seen, or that the address holds."""
    code = _kept_code(model)
    for unit in range(units):
        value = st.session_state.get(slider(model, unit), code.get(unit, 0.0))
        st.session_state[slider(model, unit)] = max(-limit, min(limit, value))


def place_sliders(model: str, z: Sequence[float]) -> None:
    """Move sliders that are yet to be drawn."""
    for unit, value in enumerate(z):
        st.session_state[slider(model, unit)] = value


def sliders(model: str, units: int) -> list[float]:
    """Where the sliders stand."""
    return [float(st.session_state[slider(model, unit)]) for unit in range(units)]


def prepare_label(classes: int) -> None:
    """Give the label picker the label that was last seen, or that the address holds."""
    label = st.session_state.get(LABEL_PICKER)
    if label is None or label >= classes:
        st.session_state[LABEL_PICKER] = _kept_label(classes)


def format_code(z: Sequence[float]) -> str:
    """The units that are not zero, as the address holds them."""
    return ",".join(f"{unit}:{value:.2f}" for unit, value in enumerate(z) if abs(value) >= 0.005)


def parse_code(text: str) -> dict[int, float]:
    """Units and values from the address; what makes no sense there is left out."""
    code: dict[int, float] = {}
    for part in text.split(","):
        unit, _, value = part.partition(":")
        try:
            number, place = float(value), int(unit)
        except ValueError:
            continue
        if math.isfinite(number) and place >= 0:
            code[place] = number
    return code


# --- models on the shelf --------------------------------------------------------------------------


def keep_discarded(place: Path | None) -> None:
    """Remember where the model lies that was just deleted, so that it can be taken back."""
    st.session_state[_DISCARDED] = place


def discarded() -> Path | None:
    """Where the model lies that was deleted last."""
    place: Path | None = st.session_state.get(_DISCARDED)
    return place


# --- what Generate and Interpolate show -------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """What an element is given to begin with, and later: where the hand rests."""

    of: tuple[str, int, int]
    """The model, its units and its classes."""
    z: tuple[float, ...]
    label: int
    fields: Mapping[str, str]
    """What else the address says, by the names that it has there; what is usual is left out."""
    revision: int


def view(element: str, of: tuple[str, int, int], limit: float, names: Container[str]) -> View:
    """What was last seen in an element, or what the address says.

    Another view for another model, and when the element is drawn anew, as after a visit to another
    page; else the same one, so that the hand keeps what it holds.
    """
    views: dict[str, View] = st.session_state.setdefault(_VIEWS, {})
    last = views.get(element)
    if last is None or last.of != of or element not in st.session_state:
        model, units, classes = of
        kept = _fields(element) | st.query_params.to_dict()
        fields = {name: value for name, value in kept.items() if name in names}
        code = _kept_code(model)
        z = tuple(max(-limit, min(limit, code.get(unit, 0.0))) for unit in range(units))
        revision = last.revision + 1 if last else 1
        views[element] = View(of, z, _kept_label(classes), fields, revision)
    return views[element]


def keep_view(element: str, seen: View, names: Iterable[str]) -> None:
    """Remember where the hand rests in an element, in the address too."""
    model, _, classes = seen.of
    keep(model, seen.z, seen.label if classes else None)
    _fields(element).clear()
    _fields(element).update(seen.fields)
    for name in names:
        _write(name, seen.fields.get(name, ""))


def _fields(element: str) -> dict[str, str]:
    fields: dict[str, dict[str, str]] = st.session_state.setdefault(_FIELDS, {})
    return fields.setdefault(element, {})


# --- models side by side --------------------------------------------------------------------------


def compared(default: Sequence[str]) -> list[str]:
    """The models that the address asks for, else the session's, else these; the address follows."""
    kept = st.query_params.get(COMPARED) or st.session_state.get(COMPARED) or ",".join(default)
    keys = list(dict.fromkeys(key for key in kept.split(",") if key))
    compare(keys)
    return keys


def compare(keys: Sequence[str]) -> None:
    """Keep which models stand side by side, in the session and in the address."""
    st.session_state[COMPARED] = ",".join(keys)
    _write(COMPARED, ",".join(keys))


def panes(default: Sequence[str], known: Sequence[str]) -> list[str]:
    """The two models that the address asks for, else the session's, else these; the address follows."""
    kept = st.query_params.get(PANES) or st.session_state.get(_PANES_KEPT) or ""
    keys = [key if key in known else default[i] for i, key in enumerate(kept.split(",")[:2])]
    keys += default[len(keys) :]
    keep_panes(keys)
    return keys


def keep_panes(keys: Sequence[str]) -> None:
    """Keep which two models are shown, in the session and in the address."""
    st.session_state[_PANES_KEPT] = ",".join(keys)
    _write(PANES, ",".join(keys))


def layout(options: Sequence[str]) -> str:
    """How models are put side by side: what the address asks for, else what was last picked."""
    for asked in (st.query_params.get(LAYOUT), st.session_state.get(LAYOUT)):
        if asked in options:
            return str(asked)
    return options[0]


def keep_layout(option: str | None, options: Sequence[str]) -> None:
    """Keep how they are put side by side; the first way is usual and not in the address."""
    st.session_state[LAYOUT] = option
    _write(LAYOUT, option if option and option != options[0] else "")


# --- the picture ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Picture:
    """A person's picture as a model is given it."""

    pixels: bytes
    """From 0 to 255, channel after channel, row after row."""
    shape: tuple[int, int, int]
    """Channels, height and width."""
    label: int | None = None
    """What a conditional model is told that it is."""
    origin: str = "drawn"
    """drawn, upload, or data."""


@dataclass(frozen=True)
class PicturePush:
    """What the drawing element is given to begin with, and whenever Python has another picture."""

    shape: tuple[int, int, int]
    picture: Picture | None
    revision: int


def picture(shape: tuple[int, int, int]) -> Picture | None:
    """The picture of a shape that was last drawn, uploaded or picked."""
    kept: dict[tuple[int, int, int], Picture] = st.session_state.setdefault(_PICTURES, {})
    return kept.get(shape)


def keep_picture(shape: tuple[int, int, int], seen: Picture | None) -> None:
    """Remember the picture of a shape; none where it was wiped off."""
    kept: dict[tuple[int, int, int], Picture] = st.session_state.setdefault(_PICTURES, {})
    kept.pop(shape, None)
    if seen is not None:
        kept[shape] = seen


def picture_push(shape: tuple[int, int, int]) -> PicturePush:
    """What the drawing element is given: another one only where it has to show another picture."""
    last: PicturePush | None = st.session_state.get(_PICTURE_PUSH)
    if last is None or last.shape != shape or DRAWING not in st.session_state:
        last = _push_picture(shape)
    return last


def give_picture(seen: Picture) -> None:
    """Put a picture on the pad in place of what is there."""
    keep_picture(seen.shape, seen)
    _push_picture(seen.shape)


def _push_picture(shape: tuple[int, int, int]) -> PicturePush:
    last: PicturePush | None = st.session_state.get(_PICTURE_PUSH)
    pushed = PicturePush(shape, picture(shape), last.revision + 1 if last else 1)
    st.session_state[_PICTURE_PUSH] = pushed
    return pushed


def beside(model: str) -> str:
    """The key of what is shown beside a model."""
    return f"beside {model}"


def reported(element: str) -> Mapping[str, Any]:
    """What an element said last; nothing where it has not been drawn yet."""
    report = st.session_state.get(element)
    return report if isinstance(report, Mapping) else {}


def is_news(what: str, value: object) -> bool:
    """Whether something is another than the last time that this was asked."""
    key = f"{_LAST} {what}"
    news = st.session_state.get(key) != value
    st.session_state[key] = value
    return bool(news)


# --- a training that goes on ----------------------------------------------------------------------


def lever(run: str, name: str) -> str:
    """The key of the widget of a lever."""
    return f"{_LEVER}{name} of {run}"


def follow(key: str, value: Any) -> None:
    """Have a widget show what is true now, where that has changed since it was last drawn."""
    followed = f"{_FOLLOWED}{key}"
    if key not in st.session_state or st.session_state.get(followed) != value:
        st.session_state[followed] = st.session_state[key] = value


def browser() -> str:
    """Who this browser says it is; empty until it has said so."""
    name: str = st.session_state.get(_BROWSER, "")
    return name


def recall(browser: str, settings: Mapping[str, Any]) -> bool:
    """Take what the browser kept, once a session; whether the form was filled from it."""
    if _BROWSER in st.session_state:
        return False
    st.session_state[_BROWSER] = browser
    if st.session_state.pop(_ASKED, False):
        return False
    known = {path: value for path, value in settings.items() if path != PRESET_PICKER}
    fill_settings(known)
    if PRESET_PICKER in settings:
        st.session_state[PRESET_PICKER] = settings[PRESET_PICKER]
    return bool(known)


@dataclass(frozen=True)
class Branch:
    """Weights that the next training is to begin with."""

    weights: Path
    title: str


def branch(weights: Path, title: str, settings: Mapping[str, Any]) -> None:
    """Set up a training that begins with these weights, by these settings."""
    st.session_state[_BRANCH] = Branch(weights, title)
    st.session_state[_BRANCHED] = True
    fill_settings(settings)


def just_branched() -> bool:
    """Whether the form has to be drawn anew for it; said once."""
    return bool(st.session_state.pop(_BRANCHED, False))


def branched() -> Branch | None:
    """What the next training is to begin with; None for the weights of its seed."""
    found: Branch | None = st.session_state.get(_BRANCH)
    return found


def forget_branch() -> None:
    """Begin from scratch again."""
    st.session_state.pop(_BRANCH, None)


# --- the settings of a new training ---------------------------------------------------------------


def setting(path: str) -> str:
    """The key of the widget of a setting, such as `model.latent_dim`."""
    return f"{_SETTING}{path}"


def ask_settings(values: Mapping[str, Any]) -> None:
    """Fill the form from another page; what the browser kept of it stays aside."""
    st.session_state[_ASKED] = True
    fill_settings(values)


def fill_settings(values: Mapping[str, Any]) -> None:
    """Set the widgets of settings; for callbacks, and before they are drawn."""
    for path, value in values.items():
        st.session_state[setting(path)] = value


def settings() -> dict[str, Any]:
    """What the widgets of settings hold, by path."""
    held = st.session_state.to_dict()
    return {
        str(key).removeprefix(_SETTING): value
        for key, value in held.items()
        if str(key).startswith(_SETTING)
    }


def prepare_setting(path: str, default: Any, accepts: Callable[[Any], bool]) -> None:
    """Give a widget its default where it is drawn anew, or cannot hold what is there."""
    key = setting(path)
    if key not in st.session_state or not accepts(st.session_state[key]):
        st.session_state[key] = default
