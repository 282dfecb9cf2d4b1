"""A page that says whether its visitor is at the machine, behind the app's own guard."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui.door.guard import Guard

app = st.App(Path(__file__).with_name("page.py"), middleware=[Middleware(Guard)])
