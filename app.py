"""What `streamlit run app.py` starts: the frame, and the route of what the browser computes with."""

from pathlib import Path

import streamlit as st

from ui import ahead
from ui.live import blobs

ahead.start()
app = st.App(Path(__file__).with_name("ui") / "frame.py", routes=blobs.ROUTES)
