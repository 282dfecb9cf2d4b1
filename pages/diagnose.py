"""Diagnose: what a training came to, in plain words, and what its loss really weighs."""

from ui import cached, diagnosis_subject, diagnosis_view

cached.warm_up()
diagnosis_view.show(diagnosis_subject.pick())
