"""The epochs of one call of ``train``, by the engine."""

from __future__ import annotations

from typing import Any, NamedTuple

from huffvec.gensim.encoding import EncodedText
from huffvec.gensim.run import keep_probs, run_for
from huffvec.gensim.tables import put_into, take_from
from huffvec.training.callbacks import Callback
from huffvec.training.run import TrainingRun


class Trained(NamedTuple):
    """What gensim counts of an epoch.

    Attributes
    ----------
    words
        Words that were trained: of the vocabulary, as many as subsampling keeps on average.
    raw_words
        All words of the corpus.
    jobs
        Chunks of the engine.
    """

    words: int
    raw_words: int
    jobs: int


class Epochs:
    """Trains the epochs of one call of ``train``, one at a time.

    Where callbacks look at the model between epochs, or change its attributes, each epoch is a run
    of the engine of its own; all are one otherwise, and the tables are copied once.

    Parameters
    ----------
    model
        A model of gensim's; its tables are trained.
    text
        What it is trained on.
    watched
        Whether there are callbacks.

    Attributes
    ----------
    text
        As given.
    n_tokens, n_words
        Tokens of an epoch that are words of the vocabulary, and how many of them subsampling keeps
        on average.

    Raises
    ------
    ConfigError, CorpusError, FormatError
        If the engine cannot do it; the model is as it was then.
    """

    def __init__(self, model: Any, text: EncodedText, *, watched: bool) -> None:
        self.text = text
        self._watched = watched
        self._sentences = text.sentences(model)
        self._begin(model, 0)
        kept = keep_probs(model.wv)[self._sentences.ids]
        self.n_words = round(float(kept.sum()))
        self.n_tokens = self._sentences.n_tokens

    def train(self, model: Any, epoch: int, report: Callback) -> Trained:
        """Train an epoch, from 0; epochs are trained in order.

        Raises
        ------
        TrainingError
            If training diverges; the model is as it was before.
        """
        if epoch > self._first and self._watched:
            self._begin(model, epoch)
        done = epoch - self._first
        n_epochs, n_chunks = self._run.config.epochs, self._run.n_chunks
        first, last = done * n_chunks // n_epochs, (done + 1) * n_chunks // n_epochs
        before = self._run.position.loss
        try:
            self._run.train_chunks(first, last, report)
        except KeyboardInterrupt:
            take_from(self._run, model)
            raise
        if model.compute_loss:
            model.running_training_loss += self._run.position.loss - before
        if done + 1 == n_epochs:
            take_from(self._run, model)
        return Trained(self.n_words, self.text.n_tokens, last - first)

    def _begin(self, model: Any, epoch: int) -> None:
        n_epochs = 1 if self._watched else model.epochs - epoch
        self._first = epoch
        self._run: TrainingRun = run_for(model, self._sentences, epoch, n_epochs)
        put_into(self._run, model)
