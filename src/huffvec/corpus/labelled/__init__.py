"""From any input to documents with their labels, in pieces of lines.

What is read becomes lines in fastText's form, a document a line: its labels, each once, and behind
them its text, tokens with white space between them. A label is a token that begins with `MARK`, a
byte that no text in UTF-8 has, so that no word is taken for one; `label_name` is its name.
"""

from huffvec.corpus.labelled.labelled import Labelled, read_examples
from huffvec.corpus.labelled.marks import MARK
from huffvec.corpus.labelled.pieces import Piece, label_name, label_token
from huffvec.corpus.labelled.sources import example_pieces, text_pieces

__all__ = [
    "MARK",
    "Labelled",
    "Piece",
    "example_pieces",
    "label_name",
    "label_token",
    "read_examples",
    "text_pieces",
]
