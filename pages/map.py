"""Map: the codes of images as points of a plane, decoded under the pointer."""

from ui import frame
from ui.mapping import map_view
from ui.picker import pick_model

with frame.errors_shown():
    map_view.show(pick_model())
