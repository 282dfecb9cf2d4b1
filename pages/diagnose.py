"""Diagnose: what a training came to, in plain words, and what its loss really weighs."""

from ui import diagnosis_subject, diagnosis_view

diagnosis_view.show(diagnosis_subject.pick())
