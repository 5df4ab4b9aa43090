"""gensim's Doc2Vec, trained by the engine."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from gensim.models import doc2vec

from huffvec.gensim.documents import EncodedDocuments, add_tags, encode_documents
from huffvec.gensim.notices import has_no_effect
from huffvec.gensim.word2vec import Word2Vec

_SIGNATURE = inspect.signature(doc2vec.Doc2Vec.__init__)


class Doc2Vec(Word2Vec, doc2vec.Doc2Vec):
    """gensim's ``Doc2Vec``: its arguments, attributes and methods, trained by huffvec.

    All that `Word2Vec` says holds here. ``dm=0`` is DBOW, with ``dbow_words=1`` words are trained
    along by skip-gram; ``dm=1`` is DM with the mean. ``dv`` is gensim's own, with start vectors of
    gensim's. Tags can be added with words: ``build_vocab(more, update=True)``.
    """

    _lines = doc2vec.TaggedLineDocument

    @functools.wraps(doc2vec.Doc2Vec.__init__)  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = _SIGNATURE.bind_partial(self, *args, **kwargs).arguments
        if given.get("dm_mean") == 0 and self.cbow_mean:
            has_no_effect("dm_mean=0", "gensim 4 takes the mean, too, unless cbow_mean=0 is given")

    @functools.wraps(doc2vec.Doc2Vec.train)
    def train(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Train as gensim's ``train``, but go through the documents once."""
        super().train(*args, **kwargs)

    def build_vocab(
        self,
        corpus_iterable: Iterable[Any] | None = None,
        corpus_file: Any = None,
        update: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Build the vocabulary as gensim does; with ``update``, also add the tags."""
        if not update:
            self.dv.index_to_key, self.dv.key_to_index, self.dv.expandos = [], {}, {}
        super().build_vocab(corpus_iterable, corpus_file, update, *args, **kwargs)

    def _scan_vocab(
        self, documents: Iterable[Any], progress_per: int, trim_rule: Any
    ) -> tuple[int, int]:
        counted = super()._scan_vocab(documents, progress_per, trim_rule)
        if not self.max_vocab_size:
            assert self._kept is not None
            assert isinstance(self._kept.text, EncodedDocuments)
            add_tags(self.dv, self._kept.text, self.seed + 7919)  # gensim's seed
        return counted

    def _encode(self, documents: Iterable[Any]) -> EncodedDocuments:
        return encode_documents(documents)

    def _watched(self, documents: Iterable[Any], progress_per: int) -> Iterator[Any]:
        """Yield the documents, with gensim's lines in its log."""
        n_words = 0
        for number, document in enumerate(documents):
            if number == 0 and isinstance(document.words, str):
                doc2vec.logger.warning(
                    "Each 'words' should be a list of words (usually unicode strings). "
                    "First 'words' here is instead plain %s.",
                    type(document.words),
                )
            if number % progress_per == 0:
                doc2vec.logger.info("PROGRESS: at example #%i, processed %i words", number, n_words)
            n_words += len(document.words)
            yield document
