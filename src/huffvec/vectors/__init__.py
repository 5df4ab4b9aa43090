"""Word vectors: looked up, compared, searched and edited; needs NumPy only."""

from huffvec.search.queries import Neighbor
from huffvec.vectors.subword_vectors import SubwordVectors
from huffvec.vectors.word_vectors import WordVectors

__all__ = ["Neighbor", "SubwordVectors", "WordVectors"]
