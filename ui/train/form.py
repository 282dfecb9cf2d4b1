"""The form of a new training: a purpose, what matters most, and everything else on demand."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from ui import cached, frame, state
from ui.door import paths
from ui.naming import number
from ui.train import outlook, settings, steering
from ui.train.presets import BY_NAME, PRESETS
from ui.train.settings import Option
from vae import jobs
from vae.config import DataConfig, RunConfig
from vae.likelihoods import caution

MAIN = ("data.name", "model.latent_dim", "objective.beta", "train.epochs")
"""Settings that are always in sight."""
TABS = {"model": "Model", "objective": "Objective", "data": "Data", "train": "Training"}
LARGEST_WHOLE = 2**53 - 1
"""What a browser can count to."""


@st.fragment
def show() -> None:
    """Draw the form; Start submits what it says."""
    _draw()
    # Last: its answer draws the form anew, and Streamlit then forgets what is not yet sent of the form,
    # but not of the fragments in it, which would have no place.
    _remember()


def _draw() -> None:
    with frame.errors_shown():
        state.insist()
        if state.branched():
            _say_branch()
        else:
            _pick_preset()
        everything = {
            section: list(settings.options(section, state.settings()))
            for section in settings.SECTIONS
        }
        found = [option for section in everything.values() for option in section]
        main = sorted((o for o in found if o.path in MAIN), key=lambda o: MAIN.index(o.path))
        _widget(main[0])
        about_data = st.container()
        for column, option in zip(
            st.columns(3, gap="small", vertical_alignment="bottom"), main[1:], strict=False
        ):
            with column:
                _widget(option)
        with st.expander("Advanced"):
            _show_tabs({name: [o for o in of if o not in main] for name, of in everything.items()})
        started = st.button("Start training", type="primary", width="stretch")
        if started:
            _start()
        estimate = st.container()
        elsewhere = st.expander("Command and script", key=state.ELSEWHERE, on_change="rerun")
        values = state.settings()
        with about_data:
            pending = not _lacks_images(values) and _note(values) is None
            st.fragment(_say_what_data, run_every=outlook.LOOK_SECONDS if pending else None)()
        if _lacks_images(values):
            return
        config = settings.build(values)
        with estimate:
            if said := caution(config):
                st.caption(said)
            outlook.show(config, lambda: _images(config))
        if elsewhere.open:
            with elsewhere:
                outlook.show_elsewhere(config)


def _show_tabs(options: Mapping[str, Sequence[Option]]) -> None:
    """The options of each section, but those that leave no choice."""
    for section, tab in zip(TABS, st.tabs(list(TABS.values())), strict=True):
        with tab:
            for option in options[section]:
                if len(option.choices) != 1:
                    _widget(option)


def _remember() -> None:
    """Have the browser keep the form, and fill it with what it kept before."""
    known = bool(state.browser())
    filled = state.settings()
    state.begin_with(filled)
    held = {path: value for path, value in filled.items() if _is_plain(value)}
    preset = st.session_state.get(state.PRESET_PICKER)
    steering.recognise(held | {state.PRESET_PICKER: preset} if known else None)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _say_branch() -> None:
    """What the training begins with, where that is not chance; its settings are no preset's."""
    begin = state.branched()
    assert begin is not None, "said of a branch alone"
    st.info(
        f"Begins with the weights of {frame.as_plain_text(begin.title)}, as they were kept, with a "
        "fresh optimiser. The model must stay as it is."
    )
    st.button("Begin from scratch instead", on_click=state.forget_branch)


def _pick_preset() -> None:
    def fill() -> None:
        preset = BY_NAME[st.session_state[state.PRESET_PICKER]]
        state.fill_settings(settings.flatten(preset.config))

    if not state.settings():
        state.fill_settings(settings.flatten(PRESETS[0].config))
    name = st.selectbox(
        "Purpose",
        list(BY_NAME),
        key=state.PRESET_PICKER,
        on_change=fill,
        persist_state="session",
    )
    st.caption(BY_NAME[name].about)


def _start() -> None:
    """Submit what the form says, and show it."""
    config = settings.build(state.settings())
    paths.check(config.data)
    outlook.check(config, _images(config))
    steering.check_room(trainings=1)
    with st.spinner("Starting"):
        begin = state.branched()
        weights = begin.weights if begin else None
        run = jobs.submit(config, jobs.root(), begin=weights, starter=steering.token())
    state.forget_branch()
    cached.forget_runs()
    state.choose(state.RUN, run.name)
    state.rerun()


def _lacks_images(values: Mapping[str, Any]) -> bool:
    """Whether one's own images are wanted, and it is not said yet where they are."""
    return values["data.name"] == "folder" and not values.get("data.path")


def _note(values: Mapping[str, Any]) -> cached.DataNote | None:
    """What data there is; None while torch is loaded, which a press of Start need not wait for."""
    name, path = values["data.name"], values.get("data.path") or ""
    return cached.data_note(name, path) if cached.torch_is_loaded() else None


def _images(config: RunConfig) -> int | None:
    """How many images there are to train on; None while that is not known."""
    path = "" if config.data.path is None else str(config.data.path)
    found = _note({"data.name": config.data.name, "data.path": path})
    return None if found is None else min(found.count, config.data.limit or LARGEST_WHOLE)


def _say_what_data() -> None:
    """What data there is, and the way to get the rest."""
    values = state.settings()
    if _lacks_images(values):
        st.caption(paths.hint())
        return
    if (found := _note(values)) is None:
        st.caption("Looking at the data")
        return
    listed = [f"- {frame.as_plain_text(line)}" for line in found.lines]
    st.caption("\n".join([frame.as_plain_text(found.note), *listed]))
    if found.downloads and st.button(f"Download {found.title}"):
        _download(values["data.name"])


def _download(name: str) -> None:
    """Fetch a set while the bar shows it."""
    bar = st.progress(0.0, "Asking the mirrors")

    def progress(what: str, done: int, total: int) -> None:
        share = done / max(total, 1)
        bar.progress(min(1.0, share), f"{what}: {number(done / 1e6)} of {number(total / 1e6)} MB")

    arrived = cached.download(DataConfig(name=name), progress)
    bar.empty()
    if not arrived:
        st.warning("No mirror answers. The training uses what is here.")
        return
    st.rerun(scope="fragment")


def _widget(option: Option) -> Any:
    """The widget of a setting."""
    state.prepare_setting(option.path, option.default, option.accepts)
    common: dict[str, Any] = {
        "label": option.label,
        "key": state.setting(option.path),
        "help": option.help,
        "persist_state": "session",
    }
    match option.kind:
        case "choice":
            changed = _suit if option.path == "data.name" else None
            return st.selectbox(
                options=option.choices, format_func=option.name_of, on_change=changed, **common
            )
        case "switch":
            return st.toggle(**common)
        case "whole":
            high = min(option.high or LARGEST_WHOLE, LARGEST_WHOLE)
            value: Literal["min"] | None = None if option.may_be_empty else "min"
            low = int(option.low or 0)
            return st.number_input(
                value=value, min_value=low, max_value=int(high), step=1, **common
            )
        case "number":
            return st.number_input(
                min_value=float(option.low or 0),
                max_value=float(option.high or LARGEST_WHOLE),
                step=_step(option.default),
                format="%g",
                **common,
            )
        case _:
            return st.text_input(**common)


def _suit() -> None:
    """Give pixels and likelihood what the chosen data is fit for."""
    state.fill_settings(settings.suited(state.settings()))


def _step(value: float) -> float:
    """A tenth of a number's size, as its buttons should move it."""
    return 10.0 ** (len(f"{value:.0f}") - 2) if value >= 1 else 0.0001 if value <= 0.01 else 0.1
