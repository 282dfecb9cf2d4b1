"""What `streamlit run app.py` starts: the frame, what the server answers besides it, and its guard."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui import ahead, routes
from ui.door.guard import Guard
from ui.door.uploads import Uploads

frame = Path(__file__).with_name("ui") / "frame.py"
app = st.App(
    frame,
    routes=routes.ROUTES,
    middleware=[Middleware(Guard), Middleware(Uploads)],
    lifespan=ahead.lifespan,
)
