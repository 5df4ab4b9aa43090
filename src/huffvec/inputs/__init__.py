"""Everything that a corpus can come from: files of many kinds, streams, tables, Python objects."""

from __future__ import annotations

from huffvec.inputs.corpus import Corpus, load_corpus
from huffvec.inputs.encoding import encode
from huffvec.inputs.options import InputKeywords, InputOptions

__all__ = ["Corpus", "InputKeywords", "InputOptions", "encode", "load_corpus"]
