"""Who may steer a training that many see."""

import hashlib
import os

import streamlit as st

from ui import state
from vae.jobs import Control

WATCHING = (
    "You watch this training. It is steered by who started it, and at the machine that it runs on."
)


def allowed(control: Control) -> bool:
    """Whether this session may steer: at the machine itself, or from the browser that started it.

    VAE_STEER=everyone lets all who see it steer; VAE_STEER=starter nobody but the starting browser,
    for an app behind a proxy on the same machine, where every visitor seems to be local.
    """
    rule = os.environ.get("VAE_STEER", "")
    if rule == "everyone":
        return True
    if rule != "starter" and st.context.ip_address is None:
        return True
    mine = token()
    return bool(mine) and control.starter == mine


def token() -> str:
    """What a run remembers of the browser that starts it; empty until the browser has said who it is."""
    browser = state.browser()
    return hashlib.sha256(browser.encode()).hexdigest() if browser else ""
