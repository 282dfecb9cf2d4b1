"""What tests/ui/door/app.py shows."""

import streamlit as st

from ui.door.visitor import at_machine

st.text(f"at the machine: {at_machine()}")
