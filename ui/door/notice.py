"""What is said at the start of a server that others reach."""

import os

from streamlit import config

from ui.door import hosts
from ui.door.guard import is_opened


def opening() -> str:
    """To whom the server is open and what they may do, in sentences; empty where it is to nobody."""
    if not is_opened():
        return ""
    everyone = os.environ.get("VAE_STEER") == "everyone"
    whose = (
        "every training and model, because VAE_STEER=everyone"
        if everyone
        else "what their own browser began, and nothing else"
    )
    names = ", ".join(sorted(hosts.own() | {*hosts.given()}))
    return (
        f"Open to others: whoever reaches port {config.get_option('server.port')} of this machine. "
        "They may look at all models and trainings, train, copy, import and export. "
        f"They may steer, rename and delete {whose}. Folders of this machine are closed to them. "
        f"It answers to this machine's addresses and to {names}.\n"
        "Only you: leave out HOST or --server.address."
    )
