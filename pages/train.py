"""Train: start a training, watch it, steer it."""

import streamlit as st

from ui import cached, form, run_list, run_view

cached.warm_up()
run = run_list.pick()
left, right = st.columns([2, 3], gap="large")
if run is None:
    right.info("No training yet. Choose a purpose and start one: the curves appear here.")
else:
    with right.container(key="run"):
        run_view.show(run)
with left:
    form.show()
    if run is not None:
        run_list.show(run)
