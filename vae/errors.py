"""What can go wrong through no fault of ours, each with a message for a person.

VaeError
  ConfigError      settings that contradict each other or are out of range
  DataError        data that is missing, damaged or of the wrong shape
  CheckpointError  weights that are missing, damaged, foreign or of another version
  RunError         a run directory that is missing, in use, or in the wrong state
  DeviceError      a device that this machine does not have, or memory that it lacks
  ExportError      a model that cannot be written in the format asked for

A message is one or two sentences: what was found, what was needed, what to do.
"""


class VaeError(Exception):
    """Base of every error that a person can mend; its text is fit to be shown as it is."""


class ConfigError(VaeError, ValueError):
    """Settings that contradict each other or are out of range."""


class DataError(VaeError, ValueError):
    """Data that is missing, damaged or of the wrong shape."""


class CheckpointError(VaeError, ValueError):
    """Weights that are missing, damaged, foreign or of another version."""


class RunError(VaeError):
    """A run directory that is missing, in use, or in the wrong state."""


class DeviceError(VaeError):
    """A device that this machine does not have, or memory that it lacks."""


class ExportError(VaeError):
    """A model that cannot be written in the format asked for."""
