"""The explorer of the model that the address names, what it reports, and a button that pushes a code."""

import streamlit as st

from ui import cached, naming
from ui.live.explorer import explorer

st.set_page_config(layout="wide")
entries = cached.explorable().entries
if st.button("Other"):
    st.query_params["model"] = "vae" if st.query_params.get("model") == "ladder" else "ladder"
entry = entries[st.query_params.get("model", next(iter(entries)))]
pushed = st.session_state.setdefault("pushed", {"revision": 0, "z": (), "label": 0})
if st.button("Push"):
    pushed |= {"revision": pushed["revision"] + 1, "z": (1.0, -0.5), "label": 1}
seen = explorer(entry, class_names=naming.class_names(entry.config), **pushed)
runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"code {[round(v, 2) for v in seen.z]} label {seen.label} runs {runs} {seen.problem}")
