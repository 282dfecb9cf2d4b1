"""Train: start a training, watch it, steer it, go back in it."""

import streamlit as st

from ui import cached
from ui.catalogue import Entry
from ui.train import form, run_list, run_view

cached.warm_up()
cached.prepare_worker()
shown = run_list.pick()
left, right = st.columns([1, 2], gap="large")
with right.container(key="run"):
    if shown is None:
        st.info("No training yet. Choose a purpose and start one: it appears here at once.")
    elif isinstance(shown, Entry):
        run_view.show_recorded(shown)
    else:
        run_view.show(shown)
with left:
    form.show()
    if shown is not None:
        run_list.show(shown.key if isinstance(shown, Entry) else shown.name)
