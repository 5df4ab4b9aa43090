"""The bytes that tell labels from words in lines of documents."""

MARK = b"\xff"
"""What tokens begin with that are labels: UTF-8 does not have this byte, so that no word does."""
SPACE = b"\xfe"
"""Stands for a space within a label."""
