"""What can go wrong, each as one sentence that says what to do about it."""

from __future__ import annotations


class BahithError(Exception):
    """A failure that the user can act on; the message is one clear sentence."""


class InputError(BahithError):
    """Nothing usable was given: a path, a question or an option is at fault."""


class ModelUnavailable(BahithError):
    """The encoder cannot be loaded from what is on this machine."""


class IndexUnusable(BahithError):
    """The folder is no index, or not one that this version and encoder can read."""
