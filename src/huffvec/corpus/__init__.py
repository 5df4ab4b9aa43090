"""From any input to a vocabulary and a corpus of word ids."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from huffvec._submodules import submodule

if TYPE_CHECKING:
    from huffvec.corpus.building import Counted as Counted
    from huffvec.corpus.encoding import count_words as count_words
    from huffvec.corpus.encoding import encode as encode
    from huffvec.corpus.file import Corpus as Corpus
    from huffvec.corpus.file import load_corpus as load_corpus
    from huffvec.corpus.options import InputKeywords as InputKeywords
    from huffvec.corpus.options import InputOptions as InputOptions
    from huffvec.corpus.sentences import Sentences as Sentences
    from huffvec.corpus.vocabulary import Vocabulary as Vocabulary

_MODULES = {
    "Corpus": "file",
    "Counted": "building",
    "Sentences": "sentences",
    "InputKeywords": "options",
    "InputOptions": "options",
    "Vocabulary": "vocabulary",
    "count_words": "encoding",
    "encode": "encoding",
    "load_corpus": "file",
}
_BEFORE = {"EncodedCorpus": "Sentences", "VocabularyCount": "Counted", "encoded": "sentences"}


def __getattr__(name: str) -> object:
    # Lazily: who looks up vectors needs the vocabulary, not the readers.
    if name in _BEFORE:
        raise AttributeError(f"huffvec.corpus.{name} is huffvec.corpus.{_BEFORE[name]} now")
    if name not in _MODULES:
        return submodule(__name__, name)
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
