"""Vectors to and from the objects of other libraries, one module a library.

Each pair ``to_<library>``, ``from_<library>`` imports its library when it is called, and raises
``MissingExtraError`` if that is not installed. Files of other programs are in
:mod:`huffvec.formats`.

Where the other side has no n-grams, vectors with subwords become those of the vocabulary's words.
"""

from huffvec.interchange.arrow import from_arrow, to_arrow
from huffvec.interchange.gensim import from_gensim, to_gensim
from huffvec.interchange.pandas import from_pandas, to_pandas
from huffvec.interchange.spacy import from_spacy, to_spacy

__all__ = [
    "from_arrow",
    "from_gensim",
    "from_pandas",
    "from_spacy",
    "to_arrow",
    "to_gensim",
    "to_pandas",
    "to_spacy",
]
