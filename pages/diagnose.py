"""Diagnose: what a training came to, in plain words, and what its loss really weighs."""

from ui.diagnose import subjects, view

view.show(subjects.pick())
