"""From any input to documents with their labels, in pieces of lines.

What is read becomes lines in fastText's form, a document a line: its labels, each once, and behind
them its text, tokens with white space between them. A label is a token that begins with `MARK`, a
byte that no text in UTF-8 has, so that no word is taken for one; `label_name` is its name.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from huffvec._submodules import submodule

if TYPE_CHECKING:
    from huffvec.corpus.labelled.labelled import Labelled as Labelled
    from huffvec.corpus.labelled.labelled import read_examples as read_examples
    from huffvec.corpus.labelled.marks import MARK as MARK
    from huffvec.corpus.labelled.pieces import Piece as Piece
    from huffvec.corpus.labelled.pieces import label_name as label_name
    from huffvec.corpus.labelled.pieces import label_token as label_token
    from huffvec.corpus.labelled.sources import example_pieces as example_pieces
    from huffvec.corpus.labelled.sources import text_pieces as text_pieces

_MODULES = {
    "MARK": "marks",
    "Labelled": "labelled",
    "Piece": "pieces",
    "example_pieces": "sources",
    "label_name": "pieces",
    "label_token": "pieces",
    "read_examples": "labelled",
    "text_pieces": "sources",
}


def __getattr__(name: str) -> object:
    # Lazily: the command line needs the options, not the readers.
    if name not in _MODULES:
        return submodule(__name__, name)
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
