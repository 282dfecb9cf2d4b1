"""What `streamlit run app.py` starts."""

from ui import frame

frame.show()
