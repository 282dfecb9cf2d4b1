"""The explorer element alone, as `streamlit run tests/live/app.py` shows it; for tests and benchmarks."""

from pathlib import Path

import streamlit as st

from ui.live import blobs

app = st.App(Path(__file__).with_name("page.py"), routes=blobs.ROUTES)
