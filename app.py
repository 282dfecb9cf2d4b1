"""What `streamlit run app.py` starts: the frame, and what the server answers besides it."""

from pathlib import Path

import streamlit as st

from ui import ahead, routes

frame = Path(__file__).with_name("ui") / "frame.py"
app = st.App(frame, routes=routes.ROUTES, lifespan=ahead.lifespan)
