"""gensim's Word2Vec, which goes through its corpus once and is trained by the engine."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from gensim.models import word2vec

from huffvec.errors import HuffvecError
from huffvec.gensim.arguments import reason_for_gensim
from huffvec.gensim.encoding import EncodedText, encode
from huffvec.gensim.epochs import Epochs
from huffvec.gensim.kept_text import KeptText
from huffvec.gensim.notices import falls_back, has_no_effect
from huffvec.gensim.progress import EpochLog, Expected
from huffvec.gensim.run import check
from huffvec.gensim.saving import SavedAsGensims
from huffvec.gensim.signatures import like

_TRAIN = inspect.signature(word2vec.Word2Vec.train)


class Word2Vec(SavedAsGensims, word2vec.Word2Vec):
    """gensim's ``Word2Vec``: its arguments, attributes and methods, trained by huffvec.

    Vocabulary, start vectors, tree and noise are made by gensim, ``wv`` is its own object, and a
    saved model is one of gensim's. What the engine cannot do gensim does itself, with a line in the
    log ``huffvec.gensim`` that names the argument: see :mod:`huffvec.gensim.arguments`.

    Raises
    ------
    TypeError, ValueError, RuntimeError
        As gensim's.
    TrainingError
        If training diverges; gensim goes on with numbers that are none.
    """

    _lines: Any = word2vec.LineSentence  # what reads a corpus_file
    _not_saved: tuple[str, ...] = ("_kept", "_epochs")
    _kept: KeptText | None = None  # the corpus, between build_vocab and train
    _epochs: Epochs | None = None  # while the engine trains

    def _scan_vocab(
        self, sentences: Iterable[Any], progress_per: int, trim_rule: Any
    ) -> tuple[int, int]:
        """Count the words, and keep the corpus in numbers for the training that follows."""
        if self.max_vocab_size:
            counted: tuple[int, int] = super()._scan_vocab(sentences, progress_per, trim_rule)
            return counted
        text = self._encode(self._watched(sentences, progress_per))
        self.raw_vocab = defaultdict(int, text.counts())
        self._kept = KeptText.of(sentences, text)
        return text.n_tokens, text.n_sentences

    @like(word2vec.Word2Vec.train)
    def train(self, *args: Any, **kwargs: Any) -> tuple[int, int]:
        """Train as gensim's ``train``, but go through the corpus once."""
        if _TRAIN.bind_partial(self, *args, **kwargs).arguments.get("word_count"):
            has_no_effect("word_count", "gensim does not use it either")
        try:
            trained: tuple[int, int] = super().train(*args, **kwargs)
        finally:
            self.__dict__.pop("_kept", None)
            self.__dict__.pop("_epochs", None)
        return trained

    def _train_epoch(
        self,
        data_iterable: Iterable[Any],
        cur_epoch: int = 0,
        total_examples: int | None = None,
        total_words: int | None = None,
        **others: Any,
    ) -> tuple[int, int, int]:
        """Train an epoch by the engine; by gensim where the engine cannot."""
        expected = Expected(total_examples=total_examples, total_words=total_words)
        if cur_epoch == 0 and self._begin(data_iterable, others) and others["queue_factor"] != 2:
            has_no_effect("queue_factor", "the corpus is encoded before training, without a queue")
        if self._epochs is not None:
            return self._train_by_engine(cur_epoch, expected, others["report_delay"])
        return super()._train_epoch(  # type: ignore[no-any-return]
            data_iterable, cur_epoch=cur_epoch, **expected, **others
        )

    def _train_epoch_corpusfile(
        self,
        corpus_file: str,
        cur_epoch: int = 0,
        total_examples: int | None = None,
        total_words: int | None = None,
        **others: Any,
    ) -> tuple[int, int, int]:
        """Train an epoch on a file by the engine; by gensim where the engine cannot."""
        expected = Expected(total_examples=total_examples, total_words=total_words)
        if total_words and cur_epoch == 0:  # gensim's error without
            self._begin(self._lines(corpus_file), others)
        if self._epochs is not None:
            return self._train_by_engine(cur_epoch, expected, 1.0, from_file=True)
        return super()._train_epoch_corpusfile(  # type: ignore[no-any-return]
            corpus_file, cur_epoch=cur_epoch, **expected, **others
        )

    def _begin(self, sentences: Iterable[Any], others: dict[str, Any]) -> bool:
        """Return whether the engine trains; if not, say why."""
        reason, watched = reason_for_gensim(self), bool(others["callbacks"])
        if reason is None:
            try:
                if isinstance(sentences, Iterator):  # gensim could not go through it again
                    check(self)
                self._epochs = Epochs(self, self._encoded(sentences), watched=watched)
            except HuffvecError as error:
                reason = str(error)
        if reason is not None:
            falls_back(f"trains this {type(self).__name__}", reason)
        return reason is None

    def _encoded(self, sentences: Iterable[Any]) -> EncodedText:
        if self._kept is not None and self._kept.is_of(sentences):
            return self._kept.text
        return self._encode(sentences)

    def _encode(self, sentences: Iterable[Any]) -> EncodedText:
        return encode(sentences)

    def _watched(self, sentences: Iterable[Any], progress_per: int) -> Iterator[Any]:
        """Yield the sentences, with gensim's lines in its log."""
        n_words = 0
        for number, sentence in enumerate(sentences):
            if number == 0 and isinstance(sentence, str):
                word2vec.logger.warning(
                    "Each 'sentences' item should be a list of words (usually unicode strings). "
                    "First item here is instead plain %s.",
                    type(sentence),
                )
            if number % progress_per == 0:
                word2vec.logger.info(
                    "PROGRESS: at sentence #%i, processed %i words", number, n_words
                )
            n_words += len(sentence)
            yield sentence

    def _train_by_engine(
        self, epoch: int, expected: Expected, delay: float, *, from_file: bool = False
    ) -> tuple[int, int, int]:
        assert self._epochs is not None
        log = EpochLog(self, self._epochs, epoch, expected, delay)
        trained = self._epochs.train(self, epoch, log)
        log.ended(trained, from_file=from_file)
        return trained

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k not in self._not_saved}
