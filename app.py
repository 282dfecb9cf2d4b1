"""What `streamlit run app.py` starts: the frame, and the route of what the browser computes with."""

from pathlib import Path

import streamlit as st

from ui import ahead
from ui.live import blobs

frame = Path(__file__).with_name("ui") / "frame.py"
app = st.App(frame, routes=blobs.ROUTES, lifespan=ahead.lifespan)
