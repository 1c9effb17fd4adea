"""Rules for text that articles and questions share: pure functions, no state, no I/O."""

TEXT_VERSION = 1
"""Raised when a rule here or in `index.passages` changes what is indexed.

It stands in the manifest of every index: sentence positions are derived, not stored, so an
index made by other rules is refused.
"""
