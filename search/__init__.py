"""Answers questions from an index that `index` made."""
